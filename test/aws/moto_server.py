"""Runs moto on a free port of 127.0.0.1, prints the port, and ends when standard input does.

The last point ties it to the test process: whatever becomes of that one, no server stays behind.
Arguments: the regions that every account has enabled. moto knows no account:ListRegions, so that is answered here, and
no Observability Access Manager and no account policies of CloudWatch Logs, so there are none; nor mute rules, which it
is made to refuse as a region of AWS does that does not have them yet.
"""

import json
import os
import sys
import threading

from moto.iam.access_control import IAMRequestBase
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from moto.s3.responses import ACTION_MAP
from werkzeug.serving import make_server


class QuietHandler(MotoRequestHandler):
    def log_request(self, *_args):
        pass


def end_with_parent():
    sys.stdin.buffer.read()
    os._exit(0)


# Where its IAM calls an action otherwise than AWS does (service authorization reference), or asks for the right to list instead.
check_action_permitted = IAMRequestBase.check_action_permitted


def check_action_of_aws(self, resource):
    if self._action.startswith("monitoring:"):
        self._action = self._action.replace("monitoring:", "cloudwatch:", 1)
    if self._action == "s3:GetPublicAccessBlock":
        self._action = "s3:GetAccountPublicAccessBlock"
    check_action_permitted(self, resource)


IAMRequestBase.check_action_permitted = check_action_of_aws
ACTION_MAP["BUCKET"]["GET"].update(
    {
        "encryption": "GetEncryptionConfiguration",
        "object-lock": "GetBucketObjectLockConfiguration",
        "ownershipControls": "GetBucketOwnershipControls",
        "publicAccessBlock": "GetBucketPublicAccessBlock",
        "replication": "GetReplicationConfiguration",
    }
)

moto = DomainDispatcherApplication(create_backend_app)
answers = {
    "/listRegions": json.dumps(
        {"Regions": [{"RegionName": name, "RegionOptStatus": "ENABLED_BY_DEFAULT"} for name in sys.argv[1:]]}
    ).encode(),
    "/ListLinks": json.dumps({"Items": []}).encode(),
    "/2016-08-19/account-settings": json.dumps({"AccountUsage": {"FunctionCount": 0}}).encode(),
    "/2016-08-19/account-settings/": json.dumps({"AccountUsage": {"FunctionCount": 0}}).encode(),
    # What these need of moto is not installed.
    "/restapis": json.dumps({"item": []}).encode(),
    "/v2/apis": json.dumps({"items": []}).encode(),
    "/ListSinks": json.dumps({"Items": []}).encode(),
}
answers_by_target = {"Logs_20140328.DescribeAccountPolicies": json.dumps({"accountPolicies": []}).encode()}

no_such_operation = json.dumps({"__type": "com.amazon.coral.service#UnknownOperationException"}).encode()


def application(environ, start_response):
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    answer = answers_by_target.get(target) or answers.get(environ["PATH_INFO"])
    if answer is not None:
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))])
        return [answer]
    if target.endswith(("ListAlarmMuteRules", "GetAlarmMuteRule", "ListEventDataStores")):
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        start_response(
            "400 Bad Request",
            [
                ("Content-Type", "application/x-amz-json-1.0"),
                ("Content-Length", str(len(no_such_operation))),
                ("x-amzn-RequestId", "00000000-0000-4000-8000-000000000000"),
            ],
        )
        return [no_such_operation]
    return moto(environ, start_response)


server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=QuietHandler)
os.environ["MOTO_PORT"] = str(server.server_port)
threading.Thread(target=end_with_parent, daemon=True).start()
print(server.server_port, flush=True)
server.serve_forever()
