"""Reads a report from standard input with a reader that others wrote, and prints what it found there as JSON."""

import json
import sys
from html.parser import HTMLParser


def junit(text):
    import junitparser

    suites = junitparser.JUnitXml.fromstring(text.encode("utf-8"))
    cases = [case for suite in suites for case in suite]
    kinds = [[type(result).__name__ for result in case.result] for case in cases]
    return {
        "totals": [suites.tests, suites.failures, suites.errors, suites.skipped],
        "cases": [[case.classname, case.name, kind] for case, kind in zip(cases, kinds)],
    }


def ocsf(text):
    from py_ocsf_models.events.findings.compliance_finding import ComplianceFinding
    from pydantic import ValidationError

    # The schema asks for a name or an identifier of a service, as the words of the model do; its code asks for all three.
    stricter = {("uid", "missing"), ("version", "missing")}
    faults = set()
    events = []
    for line in text.splitlines():
        event = json.loads(line)
        events.append([event["finding_info"]["uid"], event["compliance"]["status_id"]])
        try:
            ComplianceFinding.model_validate(event)
        except ValidationError as error:
            for fault in error.errors():
                place = fault["loc"]
                if place[-2:-1] == ("service",) and (place[-1], fault["type"]) in stricter:
                    continue
                faults.add(".".join(str(step) for step in place) + ": " + fault["msg"])
    return {"events": events, "faults": sorted(faults)}


def asff(text):
    import botocore.session
    from botocore.validate import ParamValidator

    service = botocore.session.get_session().get_service_model("securityhub")
    request = service.operation_model("BatchImportFindings").input_shape
    batches = [json.loads(line) for line in text.splitlines()]
    reports = [ParamValidator().validate(batch, request) for batch in batches]
    return {
        "findings": sum(len(batch["Findings"]) for batch in batches),
        "faults": [report.generate_report() for report in reports if report.has_errors()],
    }


def oscal(text):
    from trestle.oscal.assessment_results import Model

    results = Model.model_validate_json(text).assessment_results.results
    return {
        "observations": sum(len(result.observations or []) for result in results),
        "findings": [finding.target.target_id for result in results for finding in result.findings or []],
    }


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags = set()
        self.links = set()
        self.texts = []
        self.comments = 0

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.links.update(value for name, value in attributes if name in ("href", "src"))

    def handle_data(self, data):
        self.texts.append(data)

    def handle_comment(self, data):
        self.comments += 1


def markdown(text):
    import cmarkgfm

    page = Tags()
    page.feed(cmarkgfm.github_flavored_markdown_to_html(text))
    page.close()
    return {
        "tags": sorted(page.tags),
        "links": sorted(page.links),
        "comments": page.comments,
        "text": "".join(page.texts),
    }


read = {"junit": junit, "ocsf": ocsf, "asff": asff, "oscal": oscal, "markdown": markdown}[sys.argv[1]]
print(json.dumps(read(sys.stdin.buffer.read().decode("utf-8"))))
