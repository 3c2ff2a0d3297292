"""The yardstick: what the PgBouncer charm does at start and config-changed, written on ops.

It makes the same decisions, reads and writes as the TypeScript charm does on these two hooks, so
that the bench compares two runtimes and not two programs.
"""

import configparser
import io
import logging
import math
import os

import ops

logger = logging.getLogger(__name__)

BASE = "/var/lib/postgresql/pgbouncer"
INI = f"{BASE}/pgbouncer.ini"
PENDING = f"{BASE}/change.pending"
DEFAULTS = {
    "listen_addr": "*",
    "listen_port": "6432",
    "logfile": f"{BASE}/pgbouncer.log",
    "pidfile": f"{BASE}/pgbouncer.pid",
    "admin_users": "",
    "stats_users": "",
    "auth_type": "md5",
    "user": "postgres",
    "max_client_conn": "10000",
    "ignore_startup_parameters": "extra_float_digits",
    "server_tls_sslmode": "prefer",
    "so_reuseport": "1",
    "unix_socket_dir": BASE,
}


class PgBouncerCharm(ops.CharmBase):
    def __init__(self, framework):
        super().__init__(framework)
        framework.observe(self.on.start, self._on_start)
        framework.observe(self.on.config_changed, self._on_config_changed)

    def _on_start(self, event):
        container = self.unit.get_container("pgbouncer")
        if not container.can_connect():
            event.defer()
            return
        config = self._read(container)
        if config is None:
            if not self.unit.is_leader():
                event.defer()
                return
            config = configparser.ConfigParser(interpolation=None)
            config["databases"] = {}
            config["pgbouncer"] = dict(DEFAULTS)
            self._apply_options(config)
        self._render(container, config)

    def _on_config_changed(self, event):
        if not self.unit.is_leader():
            return
        container = self.unit.get_container("pgbouncer")
        config = self._read(container)
        published = self._published()
        if config is None:
            config = published
        if config is None:
            event.defer()
            return
        self._apply_options(config)
        changed = self._render(container, config)
        if changed:
            container.get_services()
            container.remove_path(PENDING, recursive=True)
        if self.model.relations["database"]:
            raise NotImplementedError("the bench has no clients")
        logger.info("config-changed: rendered %s", ", ".join(changed))

    def _read(self, container):
        text = self._pull(container, INI)
        if text is None:
            return None
        config = configparser.ConfigParser(interpolation=None)
        config.read_string(text)
        return config

    def _published(self):
        peers = self.model.get_relation("pgb-peers")
        text = None if peers is None else peers.data[self.app].get("cfg_file")
        if text is None:
            return None
        config = configparser.ConfigParser(interpolation=None)
        config.read_string(text)
        return config

    def _apply_options(self, config):
        section = config["pgbouncer"]
        maximum = int(self.config["max_db_connections"])
        share = maximum / (os.cpu_count() or 1)
        section["pool_mode"] = str(self.config["pool_mode"])
        section["listen_port"] = str(self.config["listen_port"])
        section["max_db_connections"] = str(maximum)
        section["default_pool_size"] = str(math.ceil(share / 2) if maximum else 20)
        section["min_pool_size"] = str(math.ceil(share / 4) if maximum else 10)
        section["reserve_pool_size"] = str(math.ceil(share / 4) if maximum else 10)

    def _render(self, container, config):
        """Writes what differs: first a mark that a change is pending, last the shared file."""
        if self.model.relations["backend-database"]:
            raise NotImplementedError("the bench has no backend")
        self._pull(container, f"{BASE}/userlist.txt")
        texts = {}
        directories = [BASE]
        for instance in range(os.cpu_count() or 1):
            directory = f"{BASE}/instance_{instance}"
            directories.append(directory)
            mine = configparser.ConfigParser(interpolation=None)
            mine.read_dict(config)
            mine["pgbouncer"]["logfile"] = f"{directory}/pgbouncer.log"
            mine["pgbouncer"]["pidfile"] = f"{directory}/pgbouncer.pid"
            mine["pgbouncer"]["unix_socket_dir"] = directory
            texts[f"{directory}/pgbouncer.ini"] = self._text(mine)
        base = self._text(config)
        texts[INI] = base
        found = {path: self._pull(container, path) for path in texts}
        changed = [path for path, text in texts.items() if found[path] != text]
        self._pull(container, PENDING)
        if changed:
            for directory in directories if None in found.values() else []:
                try:
                    container.list_files(directory, itself=True)
                except ops.pebble.APIError:
                    container.make_dir(directory, make_parents=True, permissions=0o700)
            container.push(PENDING, "reload", permissions=0o400)
            for path in changed:
                container.push(path, texts[path], permissions=0o400)
        peers = self.model.get_relation("pgb-peers")
        if peers is not None:
            bag = peers.data[self.app]
            if bag.get("cfg_file") != base:
                bag["cfg_file"] = base
        return changed

    def _text(self, config):
        text = io.StringIO()
        config.write(text)
        return text.getvalue()

    def _pull(self, container, path):
        try:
            return container.pull(path).read()
        except ops.pebble.PathError:
            return None


if __name__ == "__main__":
    # ops has the socket's directory built in; a bench must not write to the machine's own /charm.
    containers = os.environ.get("CHARMWRIGHT_CONTAINERS_DIR", "/charm/containers")
    original = ops.pebble.Client.__init__

    def connect(self, socket_path, *args, **kwargs):
        moved = str(socket_path).replace("/charm/containers", containers, 1)
        original(self, moved, *args, **kwargs)

    ops.pebble.Client.__init__ = connect
    ops.main(PgBouncerCharm)
