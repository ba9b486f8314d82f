"""The results as a table for people and as JSON for programs."""

import importlib.metadata
import os
import platform
import subprocess

from processes import ratio, spread


def machine():
    """What the figures depend on, without a name or a date."""
    system = {}
    with open("/etc/os-release") as file:
        for line in file:
            key, _, value = line.strip().partition("=")
            system[key] = value.strip('"')
    with open("/etc/debian_version" if os.path.exists("/etc/debian_version") else os.devnull) as file:
        version = file.read().strip()
    curl = subprocess.run(["curl", "--version"], capture_output=True, text=True, check=True).stdout
    return {
        "cores": len(os.sched_getaffinity(0)),
        "architecture": platform.machine(),
        "system": system.get("PRETTY_NAME", "unknown") + (f" ({version})" if version else ""),
        "curl": " ".join(curl.split()[1:2]),
        "python": platform.python_version(),
        "boto3": importlib.metadata.version("boto3"),
        "load": [round(each, 2) for each in os.getloadavg()],
    }


def summary(comparison):
    yardstick = comparison.yardstick
    rows = []
    for each in comparison.contenders:
        row = {
            "name": each.name,
            "wall_seconds": spread([run["wall"] for run in each.runs]),
            "cpu_seconds": spread([run["cpu"] for run in each.runs]),
            "wall_ratio": ratio(each, yardstick),
            "cpu_ratio": ratio(each, yardstick, "cpu"),
            "peak_kilobytes": each.peak_kilobytes,
            "requests": each.runs[0].get("requests"),
            "runs": len(each.runs),
        }
        if "webhooks" in each.runs[0]:
            row["webhooks"] = each.runs[0]["webhooks"]
            row["webhooks_per_second"] = spread([run["webhooks"] / run["wall"] for run in each.runs])
            for figure in ("first_receipt", "last_receipt"):
                row[f"{figure}_seconds"] = spread([run[figure] for run in each.runs])
        rows.append(row)
    return {"title": comparison.title, "yardstick": yardstick.name, "rows": rows}


def milliseconds(figures):
    digits = 0 if figures["median"] >= 0.1 else 1
    low, middle, high = (f"{figures[key] * 1000:.{digits}f}" for key in ("min", "median", "max"))
    return f"{middle} ({low}–{high})"


def factor(figures):
    low, middle, high = (f"{figures[key]:.2f}" for key in ("min", "median", "max"))
    return f"{middle} ({low}–{high})"


def table(result):
    """Medians, with least and most in brackets. Ratios (×) are to the first row, round by round."""
    lines = [["", "wall ms", "CPU ms", "peak MB", "AWS requests", "× wall", "× CPU"]]
    for row in result["rows"]:
        lines.append([
            row["name"], milliseconds(row["wall_seconds"]), milliseconds(row["cpu_seconds"]),
            f"{row['peak_kilobytes'] / 1024:.1f}", str(sum((row["requests"] or {}).values()) or "–"),
            factor(row["wall_ratio"]), factor(row["cpu_ratio"])])
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    text = [f"{result['title']} (n={result['rows'][0]['runs']})"]
    for line in lines:
        first, *rest = (cell.ljust(width) if column == 0 else cell.rjust(width)
                        for column, (cell, width) in enumerate(zip(line, widths)))
        text.append("  " + "  ".join([first, *rest]))
    return "\n".join(text + receipts(result))


def receipts(result):
    """When the webhooks' server had them, counted from the start of the process."""
    lines = []
    for row in result["rows"]:
        if "last_receipt_seconds" not in row:
            continue
        first, last = row["first_receipt_seconds"], row["last_receipt_seconds"]
        if row["webhooks"] == 1:
            lines.append(f"  {row['name']}: received {milliseconds(last)} ms after the start")
        else:
            lines.append(
                f"  {row['name']}: received {milliseconds(first)} to {milliseconds(last)} ms after the start, "
                f"{row['webhooks_per_second']['median']:.0f}/s over the whole run")
    return lines
