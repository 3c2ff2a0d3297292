"""The yardstick of ten-calls.ts: the same ten questions and orders, on ops."""

import ops


class TenCallsCharm(ops.CharmBase):
    def __init__(self, framework):
        super().__init__(framework)
        framework.observe(self.on.config_changed, self._on_config_changed)

    def _on_config_changed(self, event):
        port = int(self.config["listen_port"])
        cluster = self.model.get_relation("cluster")
        if not self.unit.is_leader() or cluster is None:
            return
        members = len(cluster.units)
        shown = cluster.data[self.app].get("port")
        address = self.model.get_binding(cluster).network.bind_address
        if shown != str(port):
            cluster.data[self.app]["port"] = str(port)
        self.unit.open_port("tcp", port)
        self.unit.set_workload_version("1.0")
        self.unit.status = ops.ActiveStatus(f"on {address}, with {members}")


if __name__ == "__main__":
    ops.main(TenCallsCharm)
