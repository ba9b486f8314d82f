"""Writes what the program is made of as a CycloneDX 1.5 document: the Swift packages that are linked
in, as Package.resolved has them, Swift's and C++'s own libraries, and those that the program loads."""

import json
import pathlib
import re
import subprocess
import sys


def packages(top):
    resolved = json.loads((top / "Package.resolved").read_text())
    for pin in sorted(resolved["pins"], key=lambda pin: pin["identity"]):
        address = pin["location"].removesuffix(".git")
        name = re.sub(r"^https://", "", address)
        version = pin["state"].get("version", pin["state"].get("revision", ""))
        yield {
            "type": "library", "name": pin["identity"], "version": version,
            "bom-ref": f"pkg:swift/{name}@{version}", "purl": f"pkg:swift/{name}@{version}",
            "externalReferences": [{"type": "vcs", "url": address}],
        }


def libraries(program):
    """The libraries that the program names, and where Debian manages them their package's version."""
    listing = subprocess.run(
        ["readelf", "-d", program], check=True, capture_output=True, text=True).stdout
    for name in sorted(re.findall(r"\(NEEDED\).*\[(.+)\]", listing)):
        yield library(name, f"*/{name}")


def linked(top):
    """What is linked in beside the packages: the Swift runtime with Foundation, and libstdc++."""
    version = subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout
    if found := re.search(r"Swift version (\S+)", version):
        yield {"type": "library", "name": "swift", "version": found[1], "bom-ref": "lib:swift",
               "scope": "required"}
    yield library("libstdc++.a", str((top / ".build/linked/libstdc++.a").resolve()))


def library(name, path):
    """A library with the version of the Debian package that has the path, where one has."""
    component = {"type": "library", "name": name, "bom-ref": f"lib:{name}", "scope": "required"}
    owner = subprocess.run(["dpkg-query", "-S", path], capture_output=True, text=True).stdout
    if owner:
        package = owner.split(":")[0]
        version = subprocess.run(
            ["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True).stdout
        component["version"] = version
        component["purl"] = f"pkg:deb/debian/{package}@{version}"
    return component


def main():
    top, version = pathlib.Path(sys.argv[1]), sys.argv[2]
    program = top / ".build/release/cdnotify"
    components = [*packages(top), *linked(top), *libraries(program)]
    json.dump(
        {
            "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
            "metadata": {
                "component": {
                    "type": "application", "name": "cdnotify", "version": version,
                    "bom-ref": "cdnotify", "licenses": [{"license": {"id": "Apache-2.0"}}],
                }
            },
            "components": components,
            "dependencies": [
                {"ref": "cdnotify", "dependsOn": [each["bom-ref"] for each in components]}],
        },
        sys.stdout, indent=2)
    print()


main()
