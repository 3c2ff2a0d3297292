"""State transitions of the bench's charms under ops.testing.

    transitions.py small|pgbouncer SECONDS

Prints the milliseconds of one transition: of the clock, and of the processor.
"""

import dataclasses
import pathlib
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


def small():
    context = testing.Context(BenchCharm, meta=META, config=CONFIG)
    peers = testing.PeerRelation("cluster")
    state = testing.State(leader=True, config={"port": 8080}, relations={peers})

    def run():
        after = context.run(context.on.config_changed(), state)
        assert after.unit_status == testing.ActiveStatus("on 8080")

    return run


def pgbouncer():
    root = pathlib.Path(__file__).parent / "ops-charm"
    sys.path.insert(0, str(root / "src"))
    import charm

    context = testing.Context(charm.PgBouncerCharm, charm_root=root)
    container = testing.Container("pgbouncer", can_connect=True)
    peers = testing.PeerRelation("pgb-peers")
    fresh = testing.State(leader=True, containers={container}, relations={peers})
    state = context.run(context.on.start(), fresh)
    mode = "session"

    def run():
        nonlocal state, mode
        mode = "transaction" if mode == "session" else "session"
        before = dataclasses.replace(state, config={"pool_mode": mode})
        state = context.run(context.on.config_changed(), before)
        assert mode in state.get_relation(peers.id).local_app_data["cfg_file"]

    return run


def repeat(run, seconds):
    began, cpu_began = time.perf_counter(), time.process_time()
    count = 0
    while time.perf_counter() - began < seconds:
        run()
        count += 1
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu_began
    return wall * 1000 / count, cpu * 1000 / count


run = {"small": small, "pgbouncer": pgbouncer}[sys.argv[1]]()
for _ in range(10):
    run()
print(*repeat(run, float(sys.argv[2])))
