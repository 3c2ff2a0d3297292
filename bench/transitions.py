"""State transitions of the bench's charm under ops.testing: prints milliseconds for each of them."""

import sys
import time

import ops
from ops import testing

META = {"name": "bench", "peers": {"cluster": {"interface": "peers"}}}
CONFIG = {"options": {"port": {"type": "int", "default": 80}}}


class BenchCharm(ops.CharmBase):
    def __init__(self, framework):
        super().__init__(framework)
        framework.observe(self.on.config_changed, self._on_config_changed)

    def _on_config_changed(self, _event):
        port = self.config["port"]
        if self.unit.is_leader():
            self.model.get_relation("cluster").data[self.app]["port"] = str(port)
        self.unit.status = ops.ActiveStatus(f"on {port}")


context = testing.Context(BenchCharm, meta=META, config=CONFIG)
state = testing.State(
    leader=True, config={"port": 8080}, relations={testing.PeerRelation("cluster")}
)
runs = int(sys.argv[1])
for _ in range(10):
    context.run(context.on.config_changed(), state)
began = time.perf_counter()
for _ in range(runs):
    out = context.run(context.on.config_changed(), state)
assert out.unit_status == testing.ActiveStatus("on 8080")
print((time.perf_counter() - began) * 1000 / runs)
