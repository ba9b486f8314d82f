"""What becomes of the programs that channels run."""

import os

APPRISE = "apprise,url=ntfy://127.0.0.1:9/deployments"
SAYS = "#!/bin/sh\necho '2026-11-01 12:30:00,000 - WARNING - {}' >&2\n"

# What stands in for the command `apprise`.
APPRISES = [
    SAYS.format("no") + "exit 1\n",
    SAYS.format("Unparseable URL") + "exit 1\n",
    "#!/bin/sh\nexit 2\n",
    "#!/bin/sh\nexit 3\n",
    "#!/bin/sh\nkill -9 $$\n",
]

COMMANDS = [
    "#!/bin/sh\necho no >&2\nexit 1\n",
    "#!/bin/sh\nexit 75\n",
    "#!/bin/sh\nkill -9 $$\n",
    "#!/bin/sh\nsleep 5\n",
    "no program",
    "#!/missing\n",
]


def path(cdnotify):
    return f"{cdnotify.home}/bin:{os.environ['PATH']}"


def scene_apprise(cdnotify):
    for script in APPRISES:
        cdnotify.write("bin/apprise", script, mode=0o700)
        cdnotify("test-channel", "--channel", APPRISE, PATH=path(cdnotify))
    cdnotify("test-channel", "--channel", APPRISE, PATH=f"{cdnotify.home}/empty")
    program = cdnotify.program
    for wrapper in [
        # There is no memory for a shell.
        "exec strace -f -qq -o /dev/null -P /bin/sh -e inject=execve:error=ENOMEM",
        "ulimit -n 20; exec",
    ]:
        cdnotify.program = cdnotify.write(
            "wrapped", f"#!/bin/bash\n{wrapper} {program} \"$@\"\n", mode=0o700)
        cdnotify("test-channel", "--channel", APPRISE, PATH=path(cdnotify))


def scene_slow_apprise(cdnotify):
    cdnotify.aws
    cdnotify.write("bin/apprise", "#!/bin/sh\nsleep 5\n", mode=0o700)
    cdnotify("register", "checkout", "--no-verify", "--channel", APPRISE, PATH=path(cdnotify))
    cdnotify.deploy()
    cdnotify("poll", "--deadline", "4s", PATH=path(cdnotify))


def scene_commands(cdnotify):
    for script in COMMANDS:
        command = cdnotify.write("command", script, mode=0o700)
        cdnotify("test-channel", "--channel", f"exec,command={command},timeout=1s")
    command = cdnotify.write("command", COMMANDS[0], mode=0o722)
    cdnotify("test-channel", "--channel", f"exec,command={command}")
    cdnotify("test-channel", "--channel", "exec,command=missing-command")
    cdnotify("test-channel", "--channel", "exec,command=/missing/command")
    cdnotify("test-channel", "--channel", "exec,command=/usr")
    command = cdnotify.write("command", COMMANDS[0])
    cdnotify("test-channel", "--channel", f"exec,command={command}")
