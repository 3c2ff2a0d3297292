"""Executes commands with ops' own client against the Pebble whose socket it is given.

Prints what each came to, as JSON.
"""

import io
import json
import sys

from ops import pebble

client = pebble.Client(sys.argv[1])
directory = sys.argv[2]
ELF = directory + '/program'


def sh(script, **options):
    return client.exec(['sh', '-c', script], **options)


def output(script, **options):
    return lambda: sh(script, **options).wait_output()


def given_in_pieces():
    process = sh('cat; echo end')
    for piece in ('one\n', 'zwei\n', 'drëi\n'):
        process.stdin.write(piece)
    process.stdin.close()
    return process.wait_output()


def into_writers():
    out, err = io.StringIO(), io.StringIO()
    sh('echo out; echo err >&2; cat', stdin='given', stdout=out, stderr=err).wait()
    return [out.getvalue(), err.getvalue()]


def bytes_both_ways():
    data = bytes(range(256)) * 4096
    out, _ = client.exec(['cat'], stdin=data, encoding=None).wait_output()
    return out == data


def signalled():
    process = sh("trap 'echo caught; exit 7' TERM; echo ready; while :; do sleep 0.01; done")
    ready = process.stdout.readline()
    process.send_signal('SIGTERM')
    rest = process.stdout.read()
    try:
        process.wait()
    except pebble.ExecError as error:
        return [ready, rest, error.exit_code]


def killed():
    process = sh('echo ready; exec sleep 1000')
    process.stdout.readline()
    process.send_signal(9)
    process.wait()


def aborted():
    # Before it runs, an abort ends it otherwise.
    process = sh('echo ready; exec sleep 1000')
    process.stdout.readline()
    client.abort_change(process._change_id)
    process.wait()


def many():
    processes = [sh(f'sleep 0.1; echo {index}') for index in range(8)]
    return [process.wait_output()[0] for process in processes]


def in_service_context():
    client.add_layer(
        'web',
        {
            'services': {
                'web': {
                    'override': 'replace',
                    'command': 'sleep 1000',
                    'environment': {'WHO': 'service', 'WHAT': 'service'},
                    'working-dir': directory,
                }
            }
        },
        combine=True,
    )
    script = 'echo "$WHO $WHAT"; test "$PWD" = "$EXPECTED" && echo there'
    environment = {'WHAT': 'mine', 'EXPECTED': directory}
    return sh(script, service_context='web', environment=environment).wait_output()


def not_a_program():
    with open(ELF, 'wb') as file:
        file.write(b'\x7fELF\0')
    import os

    os.chmod(ELF, 0o755)
    client.exec([ELF]).wait()


CASES = {
    'outputs apart': output('echo out; echo err >&2'),
    'outputs in one': output('echo 1; echo 2 >&2; echo 3', combine_stderr=True),
    'outputs by their paths': output('echo out > /dev/stdout; echo err > /dev/stderr'),
    'kinds of streams': output('for i in 1 2; do stat -L -c %F /dev/fd/$i; done'),
    'no input': output('cat; echo end', stdin=''),
    'input in pieces': given_in_pieces,
    'into writers': into_writers,
    'bytes both ways': bytes_both_ways,
    'much of both': lambda: [
        len(text)
        for text in sh('head -c 2000000 /dev/zero >&2; head -c 2000000 /dev/zero').wait_output()
    ],
    'exit code': output('echo out; echo err >&2; exit 42'),
    'signal': signalled,
    'signal 9': killed,
    'ended by itself': output('kill -HUP $$'),
    'abort': aborted,
    'timeout': output('exec sleep 1000', timeout=0.1),
    'timeout of a shell': lambda: sh('echo out; exec sleep 1000', timeout=0.2).wait(),
    'many': many,
    'environment': output('echo "$A|$B|$LANG"', environment={'A': 'a b', 'B': ''}),
    'directory': output('test "$PWD" = "$D" && echo yes', working_dir=directory, environment={'D': directory}),
    'service context': in_service_context,
    'no service': output('true', service_context='none'),
    'no program': lambda: client.exec(['no-such-program']),
    'no directory': output('true', working_dir='/no/such'),
    'file as directory': output('true', working_dir='/etc/passwd'),
    'no user': output('true', user='no-such-user'),
    'group alone': output('true', group='root'),
    'not a program': not_a_program,
}


def outcome(case):
    try:
        return {'value': case()}
    except pebble.ExecError as error:
        return {'exit': error.exit_code, 'stdout': error.stdout, 'stderr': error.stderr}
    except pebble.APIError as error:
        return {'refused': error.code, 'message': error.message}
    except pebble.ChangeError as error:
        task = error.change.tasks[0]
        return {
            'err': error.err,
            'status': error.change.status,
            'ready': error.change.ready,
            'summary': error.change.summary,
            'task': [task.kind, task.summary, task.status, len(task.log)],
        }


print(json.dumps({name: outcome(case) for name, case in CASES.items()}))
