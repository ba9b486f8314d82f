"""Draws docs/images/github.png: the deployments that the local GitHub of the tests has after a release
that failed and was rolled back, as GitHub's page of deployments would list them.

    make pictures
"""

import html
import pathlib
import subprocess
import sys

from scene import BAD, COUNTS, GOOD, IMAGES, OLD, command, deploy, fail, roll_back
from stage import Server, temporary_folder

TOKEN = "github_pat_PICTURE0123456789"
WIDTH, HEIGHT = 760, 372

STYLE = """
body { margin: 0; padding: 16px; font: 14px/1.45 'Liberation Sans', sans-serif; color: #1f2328; background: #fff }
h1 { font-size: 16px; font-weight: 600; margin: 0 0 10px } footer { color: #59636e; font-size: 11px; margin-top: 12px }
main > div { border: 1px solid #d1d9e0; border-bottom: 0; padding: 10px 14px } main > div:first-of-type { border-radius: 6px 6px 0 0 }
main > div:last-of-type { border-bottom: 1px solid #d1d9e0; border-radius: 0 0 6px 6px }
b { font-weight: 600 } a { color: #0969da } code { font: 12px 'DejaVu Sans Mono'; color: #0969da }
small { color: #59636e; font-size: 12px; display: block }
.state { float: right; border: 1px solid; border-radius: 12px; padding: 1px 10px; font-size: 12px }
.success { color: #1a7f37 } .failure { color: #d1242f } .error { color: #9a6700 }
.inactive, .in_progress { color: #59636e }
"""


def received(program, folder):
    """GitHub's deployments, the newest first."""
    with Server("aws") as aws, Server("sink") as sink:
        control = sink.address("control") + "/_sink/github"
        sink.ask(control, {"tokens": [TOKEN], "commits": [
            {"repository": "example/checkout", "sha": sha, "name": "Ada", "email": "ada@example.com"}
            for sha in (OLD, GOOD, BAD)]})
        cdnotify = command(program, aws, folder, GITHUB_TOKEN=TOKEN)
        cdnotify("register", "checkout", "--since", "1d", "--channel",
                 f"github,token=env:GITHUB_TOKEN,base_url={sink.address('http')}/api/v3,"
                 "environment_url=https://checkout.example.com")
        deploy(aws, "d-8F3C1D2A9", 2_400, 194, GOOD, OLD, overview=COUNTS,
               description="Faster carts, deployed-by: ada@example.com")
        fail(aws)
        cdnotify("poll", "--window", "1d")
        roll_back(aws)
        cdnotify("poll", "--window", "1d")
        return list(reversed(sink.ask(control)["deployments"]))


def row(deployment):
    latest = deployment["statuses"][-1]
    said = [each["description"] for each in deployment["statuses"] if each.get("description")]
    state = f"<span class='state {latest['state']}'>{latest['state'].replace('_', ' ')}</span>"
    lines = "".join(f"<small>{html.escape(text)}</small>" for text in said)
    link = ""
    if latest["state"] == "success" and latest.get("environment_url"):
        link = f"<small><a>{html.escape(latest['environment_url'])}</a></small>"
    return (f"<div>{state}<b>{html.escape(deployment['environment'])}</b> "
            f"<code>{deployment['sha'][:7]}</code> {html.escape(deployment['description'])}{lines}{link}</div>")


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    with temporary_folder() as folder:
        rows = "".join(map(row, received(program, folder)))
        source = pathlib.Path(folder, "page.html")
        source.write_text(f"""<!doctype html><meta charset=utf-8><style>{STYLE}</style>
<main><h1>Deployments of example/checkout</h1>{rows}</main>
<footer>Drawn from what the local GitHub of the tests received; GitHub's own page differs in detail.</footer>""",
                          encoding="utf-8")
        subprocess.run(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
             f"--user-data-dir={folder}/chromium", "--force-device-scale-factor=1.5",
             f"--window-size={WIDTH},{HEIGHT}", f"--screenshot={IMAGES / 'github.png'}", source.as_uri()],
            check=True, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
