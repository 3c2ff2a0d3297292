"""The other side of bench/pebble.ts: one kind of work with ops.pebble, timed from within."""

import os
import sys
import time

from ops import pebble

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


def call():
    if work == 'system-info':
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
else:
    for _ in range(50):
        call()
    began = time.perf_counter()
    for _ in range(amount):
        call()
print(time.perf_counter() - began)
