"""The other side of bench/pebble.ts: one kind of work with ops.pebble, timed from within."""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

from ops import Container, pebble

socket, work, amount, directory, source = sys.argv[1:]
amount = int(amount)
client = pebble.Client(socket_path=socket)
small = os.path.join(directory, 'small')
large = os.path.join(directory, 'large')


def push_large():
    with open(source, 'rb') as file:
        client.push(large, file)


def pull_large():
    received = 0
    with client.pull(source, encoding=None) as file:
        while piece := file.read(64 * 1024):
            received += len(piece)
    return received


def call(_):
    if work in ('system-info', 'at-once'):
        client.get_system_info()
    elif work == 'services':
        client.get_services()
    elif work == 'small-push':
        client.push(small, 'x' * 1024)
    elif work == 'small-pull':
        assert len(client.pull(small).read()) == 1024


if work == 'push':
    began = time.perf_counter()
    push_large()
elif work == 'pull':
    began = time.perf_counter()
    assert pull_large() == amount
elif work in ('push-path', 'pull-path'):
    backend = SimpleNamespace(_juju_context=SimpleNamespace(version=None))
    container = Container('bench', backend, client)
    tree = os.path.join(directory, 'tree')
    destination = os.path.join(directory, f'{work}-ops-{os.getpid()}')
    os.mkdir(destination)
    container.pull_path(os.path.join(tree, 'dir-0'), os.path.join(destination, 'first'))
    began = time.perf_counter()
    if work == 'push-path':
        container.push_path(tree, destination)
    else:
        container.pull_path(tree, destination)
else:
    with ThreadPoolExecutor(16 if work == 'at-once' else 1) as callers:
        list(callers.map(call, range(50)))
        began = time.perf_counter()
        if work == 'at-once':
            list(callers.map(call, range(amount)))
        else:
            for turn in range(amount):
                call(turn)
print(time.perf_counter() - began)
