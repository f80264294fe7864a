"""Holds the configuration of Prometheus, its alert rules and Grafana's dashboards to their formats, as far as these files use them.

Whether the kernel exports what they ask for is a test of kernel-app.
"""

import json
import pathlib
import re
import sys

import yaml

DURATION = re.compile(r"^\d+(ms|s|m|h|d|w|y)$")
BRACKETS = {")": "(", "]": "[", "}": "{"}
AGGREGATIONS = {"sum", "max", "min", "avg", "count"}
FUNCTIONS = {"rate", "increase", "histogram_quantile", "predict_linear", "max_over_time", "absent"}
SEVERITIES = {"critical", "warning", "info"}
TEMPLATE_FUNCTIONS = {"humanize", "humanizePercentage", "humanizeDuration"}

wrong = []


def expect(right, where, what):
    if not right:
        wrong.append(f"{where}: {what}")


def check_expression(expression, where):
    text = re.sub(r'"[^"]*"', '""', expression)
    opened = []
    for character in text:
        if character in "([{":
            opened.append(character)
        elif character in BRACKETS and (not opened or opened.pop() != BRACKETS[character]):
            return expect(False, where, f"brackets do not match in {expression!r}")
    expect(not opened, where, f"a bracket is left open in {expression!r}")
    for name in re.findall(r"([A-Za-z_]\w*)\s*\(", text):
        known = AGGREGATIONS | FUNCTIONS | {"by", "without", "on", "ignoring", "and", "or", "unless"}
        expect(name in known, where, f"unknown function {name}")
    for function, rest in re.findall(r"\b(rate|increase|predict_linear)\(([^()]*)", text):
        expect(re.search(r"\[\d+[smhd]\]", rest), where, f"{function} needs a range")
    for span in re.findall(r"\[([^\]]*)\]", text):
        expect(DURATION.match(span), where, f"{span!r} is no duration")
    expect(not re.search(r"[-+*/<>]\s*$", text.strip()), where, "the expression ends with an operator")


def check_rule(rule, where, names):
    expect(set(rule) <= {"alert", "expr", "for", "labels", "annotations"}, where, f"unknown keys in {sorted(rule)}")
    expect(re.match(r"^[A-Z][A-Za-z]+$", rule["alert"]), where, "a name in camel case is missing")
    expect(rule["alert"] not in names, where, "the name is taken")
    names.add(rule["alert"])
    check_expression(rule["expr"], where)
    expect(DURATION.match(rule.get("for", "")), where, "'for' is no duration")
    expect(rule["labels"].get("severity") in SEVERITIES, where, f"severity must be one of {sorted(SEVERITIES)}")
    annotations = rule["annotations"]
    expect(set(annotations) == {"summary", "description"}, where, "annotations are summary and description")
    for text in annotations.values():
        expect(text.count("{{") == text.count("}}"), where, f"a template is left open in {text!r}")
        for template in re.findall(r"{{(.*?)}}", text):
            value, *function = [part.strip() for part in template.split("|")]
            expect(re.match(r"^\$(value|labels\.\w+)$", value), where, f"unknown value {value}")
            expect(set(function) <= TEMPLATE_FUNCTIONS, where, f"unknown function {function}")
    for file, anchor in re.findall(r"(docs/[\w-]+\.md)(#[\w-]+)?", annotations["description"]):
        document = pathlib.Path("..", file)
        expect(document.is_file(), where, f"{file} is not there")
        if anchor and document.is_file():
            headings = re.findall(r"^#+ (.*)$", document.read_text(encoding="utf-8"), re.M)
            anchors = {"#" + re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
            expect(anchor in anchors, where, f"{file} has no {anchor}")


def check_rules(path):
    document = yaml.safe_load(pathlib.Path(path).read_text(encoding="utf-8"))
    expect(set(document) == {"groups"}, path, "groups alone are known")
    names = set()
    for group in document["groups"]:
        expect(set(group) <= {"name", "interval", "rules"}, path, f"unknown keys in group {group.get('name')}")
        for rule in group["rules"]:
            check_rule(rule, f"{path}: {rule.get('alert')}", names)
    return len(names)


def check_prometheus(path, mounts):
    document = yaml.safe_load(pathlib.Path(path).read_text(encoding="utf-8"))
    expect(set(document) <= {"global", "rule_files", "scrape_configs"}, path, f"unknown keys in {sorted(document)}")
    for key, value in document["global"].items():
        expect(DURATION.match(value), path, f"{key} is no duration")
    mounted = {mount.split(":")[1]: mount.split(":")[0] for mount in mounts}
    expect(path in {source.removeprefix("./") for source in mounted.values()}, path, "no container mounts it")
    for file in document.get("rule_files", []):
        source = mounted.get(file)
        expect(source and pathlib.Path(source).is_file(), path, f"no volume puts a file at {file}")
    jobs = {job["job_name"] for job in document["scrape_configs"]}
    expect("agent-kernel" in jobs, path, "the alert rules ask for the job agent-kernel")


def check_dashboard(path, datasources):
    dashboard = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    ids, cells = set(), set()
    for panel in dashboard["panels"]:
        where = f"{path}: {panel['title']}"
        expect(panel["id"] not in ids, where, "the id is taken")
        ids.add(panel["id"])
        place = panel["gridPos"]
        expect(place["x"] + place["w"] <= 24, where, "is wider than the page")
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                expect((x, y) not in cells, where, "lies over another panel")
                cells.add((x, y))
        if panel["type"] == "row":
            continue
        expect(panel["datasource"]["uid"] in datasources, where, "its data source is not provisioned")
        expect(panel["targets"], where, "asks for nothing")
        for target in panel["targets"]:
            check_expression(target["expr"], where)
    return len(ids)


compose = yaml.safe_load(pathlib.Path("compose.cluster.yaml").read_text(encoding="utf-8"))
check_prometheus("prometheus/prometheus.yml", compose["services"]["prometheus"]["volumes"])
rules = check_rules("prometheus/alerts.yml")
provisioned = yaml.safe_load(pathlib.Path("grafana/provisioning/datasources/prometheus.yml").read_text(encoding="utf-8"))
sources = {source["uid"] for source in provisioned["datasources"]}
panels = sum(check_dashboard(str(path), sources) for path in sorted(pathlib.Path("grafana/dashboards").glob("*.json")))
if wrong:
    sys.exit("monitoring:\n  " + "\n  ".join(sorted(set(wrong))))
print(f"monitoring: {rules} alert rules and {panels} panels are whole")
