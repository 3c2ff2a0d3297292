"""The other side of bench/pebble.ts: one kind of work with ops.pebble, timed from within."""

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

from ops import Container, pebble

socket, work, callers, amount, directory, source = sys.argv[1:]
callers, amount = int(callers), int(amount)
client = pebble.Client(socket_path=socket)
backend = SimpleNamespace(_juju_context=SimpleNamespace(version=None))
container = Container('bench', backend, client)
small = os.path.join(directory, 'small')
tree = os.path.join(directory, 'tree')
destination = os.path.join(directory, f'{work}-ops-{os.getpid()}')


class Beginning:
    """The first bytes of a file, for one of several callers."""

    def __init__(self, file, left):
        self.file, self.left = file, left

    def read(self, size):
        piece = self.file.read(min(size, self.left))
        self.left -= len(piece)
        return piece


def small_pull():
    assert len(client.pull(small).read()) == 1024


def push(caller):
    with open(source, 'rb') as file:
        content = file if callers == 1 else Beginning(file, amount // callers)
        client.push(os.path.join(directory, f'large-{caller}'), content)


def pull(_):
    received = 0
    with client.pull(source, encoding=None) as file:
        while piece := file.read(64 * 1024):
            received += len(piece)
    assert received == amount


# Works that are many of one call, and works that are one call for each caller.
calls = {
    'system-info': client.get_system_info,
    'services': client.get_services,
    'small-push': lambda: client.push(small, 'x' * 1024),
    'small-pull': small_pull,
}
wholes = {
    'push': push,
    'pull': pull,
    'push-path': lambda _: container.push_path(tree, destination),
    'pull-path': lambda _: container.pull_path(tree, destination),
}

if work.endswith('-path'):
    os.mkdir(destination)
    container.pull_path(os.path.join(tree, 'dir-0'), os.path.join(destination, 'first'))
with ThreadPoolExecutor(callers) as pool:
    list(pool.map(lambda _: calls.get(work, client.get_system_info)(), range(50)))
    if work in ('push', 'pull'):
        wholes[work](0)
    began, used = time.perf_counter(), time.process_time()
    if callers > 1:
        one = wholes.get(work) or (lambda _: calls[work]())
        list(pool.map(one, range(callers if work in wholes else amount)))
    elif work in wholes:
        wholes[work](0)
    else:
        for _ in range(amount):
            calls[work]()
    taken = {'wall': time.perf_counter() - began, 'cpu': time.process_time() - used}
print(json.dumps(taken))
