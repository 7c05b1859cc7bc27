"""The write child: what it sends to SSM, and that nothing of the user's changes where to or as whom."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from unittest import mock

import settings
import write_child
from publish import child_environment, publish

PROGRAM = str(Path(settings.__file__).parent)
HEARTBEAT = {"Name": "/studio-reaper/heartbeats/d-1/space/s/JupyterLab/default", "Value": '{"v":1}'}
NOTICE = "/studio-reaper/notices/d-1/space/s/JupyterLab/default"
INSTRUCTIONS = "/studio-reaper/instructions"
PARAMETERS = {"instructions": INSTRUCTIONS, "notice": NOTICE}
READ = {"code": "", "instructions": "instructions", "notice": "notice"}

BROKEN_CONFIG = "[default]\nregion = us-east-1\n[default]\nregion = us-west-2\n"
FOREIGN_CONFIG = (
    "[default]\nregion = ap-south-1\nendpoint_url = http://127.0.0.1:9\nrole_arn = arn:aws:iam::999999999999:role/x\n"
    "source_profile = default\nca_bundle = /no/such/bundle\n[profile other]\nregion = ap-south-1\n"
)
FOREIGN_CREDENTIALS = "[default]\naws_access_key_id = FOREIGN\naws_secret_access_key = foreign\n"

# What a user's start-up files might set.
FOREIGN_VARIABLES = {
    "AWS_PROFILE": "other",
    "AWS_DEFAULT_PROFILE": "other",
    "AWS_ACCESS_KEY_ID": "FOREIGN",
    "AWS_SECRET_ACCESS_KEY": "foreign",
    "AWS_SESSION_TOKEN": "foreign",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_ENDPOINT_URL_SSM": "http://127.0.0.1:9",
    "AWS_REGION": "ap-south-1",
    "AWS_DEFAULT_REGION": "ap-south-1",
    "AWS_CA_BUNDLE": "/no/such/bundle",
    "AWS_DATA_PATH": "/no/such/models",
    "AWS_ROLE_ARN": "arn:aws:iam::999999999999:role/x",
    "AWS_WEB_IDENTITY_TOKEN_FILE": "/no/such/token",
    "AWS_USE_FIPS_ENDPOINT": "true",
    "PYTHONPATH": "/no/such/path",
    "PYTHONHOME": "/no/such/python",
    "PYTHONSTARTUP": "/no/such/startup.py",
}


class StandInSsm:
    """Parameter Store on a loopback port; keeps each call with who signed it, for which region."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.signers: set[str] = set()
        self.refusals: dict[str, str] = {}  # by operation
        self.values = {INSTRUCTIONS: "instructions", NOTICE: "notice"}
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                operation = self.headers["x-amz-target"].replace("AmazonSSM.", "")
                stand_in.calls.append((operation, json.loads(self.rfile.read(int(self.headers["content-length"])))))
                # AWS4-HMAC-SHA256 Credential=<key>/<date>/<region>/ssm/aws4_request, …
                key, _, region, *_ = self.headers["authorization"].partition("Credential=")[2].split("/")
                stand_in.signers.add(f"{key} in {region}")
                self.answer(operation)

            def answer(self, operation: str) -> None:
                refusal = stand_in.refusals.get(operation)
                body = {"__type": refusal} if refusal else stand_in.answer(operation, stand_in.calls[-1][1])
                self.send_response(400 if "__type" in body else 200)
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.endpoint = f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        if operation == "PutParameter":
            return {"Version": 1}
        if operation == "GetParameters":
            known = [name for name in parameters["Names"] if name in self.values]
            return {"Parameters": [{"Name": name, "Value": self.values[name]} for name in known]}
        value = self.values.get(parameters["Name"])
        return {"Parameter": {"Value": value}} if value else {"__type": "ParameterNotFound"}

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class PublishCase(unittest.TestCase):
    """The child is a real one, with the botocore of the Python that runs this test."""

    def setUp(self) -> None:
        self.ssm = StandInSsm()
        self.addCleanup(self.ssm.close)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = Path(folder.name)
        self.ours = {
            "PATH": os.environ["PATH"],
            "HOME": folder.name,
            "SSM_ENDPOINT_URL": self.ssm.endpoint,
            "SSM_ACCESS_KEY_ID": "OURS",
            "SSM_SECRET_ACCESS_KEY": "ours",
        }

    def publish(self, program: str = PROGRAM, **more: str) -> dict[str, str]:
        environment = mock.patch.dict(os.environ, {**self.ours, **more}, clear=True)
        with environment, mock.patch.object(settings, "PROGRAM", program):
            return publish(HEARTBEAT, PARAMETERS, "eu-west-1")

    def has_config(self, config: str) -> None:
        (self.home / ".aws").mkdir(exist_ok=True)
        (self.home / ".aws/config").write_text(config)
        (self.home / ".aws/credentials").write_text(FOREIGN_CREDENTIALS)


class PublishTest(PublishCase):
    def test_the_heartbeat_is_written_and_then_instructions_and_notice_are_read_by_one_call(self) -> None:
        self.assertEqual(self.publish(), READ)
        put = {**HEARTBEAT, "Type": "String", "Tier": "Standard", "Overwrite": True}
        names = {"Names": [INSTRUCTIONS, NOTICE]}
        self.assertEqual(self.ssm.calls, [("PutParameter", put), ("GetParameters", names)])
        self.assertEqual(self.ssm.signers, {"OURS in eu-west-1"})

    def test_a_notice_is_read_without_a_heartbeat_where_only_that_is_asked_for(self) -> None:
        environment = mock.patch.dict(os.environ, self.ours, clear=True)
        with environment, mock.patch.object(settings, "PROGRAM", PROGRAM):
            self.assertEqual(publish(None, {"notice": NOTICE}, "eu-west-1"), {"code": "", "notice": "notice"})
        self.assertEqual(self.ssm.calls, [("GetParameters", {"Names": [NOTICE]})])

    def test_a_parameter_that_is_not_there_is_left_out(self) -> None:
        self.ssm.values = {}
        self.assertEqual(self.publish(), {"code": ""})

    def test_a_role_of_a_former_deploy_that_may_read_instructions_alone_still_gets_them(self) -> None:
        self.ssm.refusals = {"GetParameters": "AccessDeniedException"}
        told = {"code": "", "instructions": "instructions", "noticeError": "AccessDeniedException"}
        self.assertEqual(self.publish(), told)

    def test_what_cannot_be_read_for_another_reason_is_unknown_and_not_gone(self) -> None:
        self.ssm.refusals = {"GetParameters": "InternalServerError"}
        outcome = self.publish()
        self.assertEqual(outcome, {"code": "", **{f"{what}Error": "InternalServerError" for what in PARAMETERS}})

    def test_no_config_of_the_users_changes_anything(self) -> None:
        for config in (BROKEN_CONFIG, FOREIGN_CONFIG):
            self.has_config(config)
            self.assertEqual(self.publish(), READ, config)
        self.assertEqual(self.ssm.signers, {"OURS in eu-west-1"})

    def test_no_variable_of_the_users_changes_anything(self) -> None:
        self.has_config(FOREIGN_CONFIG)
        self.assertEqual(self.publish(**FOREIGN_VARIABLES), READ)
        self.assertEqual(self.ssm.signers, {"OURS in eu-west-1"})

    def test_a_refusal_is_named_as_the_service_names_it(self) -> None:
        self.ssm.refusals = {"PutParameter": "AccessDeniedException"}
        outcome = self.publish()
        self.assertEqual(outcome["code"], "AccessDeniedException")
        self.assertIn("PutParameter", outcome["error"])

    def test_without_credentials_the_users_are_not_taken(self) -> None:
        self.has_config(FOREIGN_CONFIG)
        self.ours = {name: self.ours[name] for name in ("PATH", "HOME", "SSM_ENDPOINT_URL")}
        self.assertEqual(self.publish(**FOREIGN_VARIABLES)["code"], "NoCredentialsError")
        self.assertEqual(self.ssm.calls, [])


class BotocoreTest(PublishCase):
    def test_no_module_of_ours_hides_one_of_the_sdks(self) -> None:
        program = self.home / "agent"
        shutil.copytree(PROGRAM, program)
        (program / "jmespath.py").write_text("raise ImportError('not the real one')")
        self.assertEqual(self.publish(program=str(program), PATH="/nonexistent"), READ)


class ChildTest(PublishCase):
    def test_it_ends_at_once_and_takes_no_module_of_the_sdk_down(self) -> None:
        code = (
            "import atexit, runpy, sys; atexit.register(print, 'taken down');"
            f"sys.argv = [{PROGRAM!r}, 'write']; runpy.run_path({PROGRAM!r}, run_name='__main__')"
        )
        child = subprocess.run(
            [sys.executable, "-I", "-c", code],
            input=json.dumps({"heartbeat": HEARTBEAT, "parameters": PARAMETERS, "seconds": 20}),
            env=child_environment(self.ours, "eu-west-1"),
            capture_output=True,
            text=True,
            check=True,
        )
        self.assertEqual(json.loads(child.stdout), READ)


class AwsCliTest(PublishTest):
    """The same with the AWS CLI of this test's environment, called by a Python without botocore."""

    def setUp(self) -> None:
        super().setUp()
        bin_folder = str(Path(sys.executable).parent)
        self.ours["PATH"] = f"{bin_folder}{os.pathsep}{os.environ['PATH']}"
        bare = self.home / "bare"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(bare)], check=True)
        python = mock.patch.object(sys, "executable", str(bare / "bin/python"))
        python.start()
        self.addCleanup(python.stop)

    def test_without_credentials_the_users_are_not_taken(self) -> None:
        self.has_config(FOREIGN_CONFIG)
        self.ours = {name: self.ours[name] for name in ("PATH", "HOME", "SSM_ENDPOINT_URL")}
        self.assertIn("Unable to locate credentials", self.publish(**FOREIGN_VARIABLES)["error"])
        self.assertEqual(self.ssm.calls, [])

    def test_without_the_cli_the_log_is_told_what_is_missing(self) -> None:
        outcome = self.publish(PATH="/nonexistent")
        self.assertRegex(outcome["error"], "no boto3 .*No module named .botocore.* and no AWS CLI")


class EndpointTest(unittest.TestCase):
    def test_only_a_region_of_a_known_partition_has_an_endpoint_and_a_given_one_goes_before(self) -> None:
        with mock.patch.dict(os.environ, clear=True):
            for region, endpoint in (
                ("eu-west-1", "https://ssm.eu-west-1.amazonaws.com/"),
                ("ap-southeast-4", "https://ssm.ap-southeast-4.amazonaws.com/"),
                ("cn-north-1", "https://ssm.cn-north-1.amazonaws.com.cn/"),
            ):
                self.assertEqual(write_child.endpoint_of(region), endpoint)
            for region in ("us-gov-west-1", "us-iso-east-1", "eusc-de-east-1", "", "xx-west-1", "eu-west-1.evil"):
                self.assertRaises(ValueError, write_child.endpoint_of, region)
        with mock.patch.dict(os.environ, AWS_ENDPOINT_URL_SSM="http://127.0.0.1:1"):
            self.assertEqual(write_child.endpoint_of("us-gov-west-1"), "http://127.0.0.1:1/")


class ChildEnvironmentTest(unittest.TestCase):
    def test_what_the_container_says_of_credentials_and_proxies_is_passed_on_and_nothing_else(self) -> None:
        container = {
            "PATH": "/bin",
            "LANG": "C.UTF-8",
            "https_proxy": "http://proxy:3128",
            "NO_PROXY": "169.254.170.2",
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/credentials/1",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "token",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/run/token",
        }
        found = child_environment({**FOREIGN_VARIABLES, **container, "HOME": "/home/user"}, "eu-west-1")
        own = {
            "HOME": "/nonexistent",
            "AWS_REGION": "eu-west-1",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_RETRY_MODE": "standard",
            "AWS_MAX_ATTEMPTS": "3",
            "AWS_PAGER": "",
        }
        self.assertEqual(found, {**container, **own})

    def test_what_an_admin_gives_by_name_is_translated(self) -> None:
        given = {
            "SSM_ENDPOINT_URL": "https://ssm.example",
            "SSM_ACCESS_KEY_ID": "key",
            "SSM_SECRET_ACCESS_KEY": "secret",
            "SSM_SESSION_TOKEN": "",
            "SSM_CA_BUNDLE": "/etc/bundle.pem",
        }
        found = child_environment(given, "eu-west-1")
        self.assertEqual(found["AWS_ENDPOINT_URL_SSM"], "https://ssm.example")
        self.assertEqual((found["AWS_ACCESS_KEY_ID"], found["AWS_SECRET_ACCESS_KEY"]), ("key", "secret"))
        self.assertEqual(found["AWS_CA_BUNDLE"], "/etc/bundle.pem")
        self.assertNotIn("AWS_SESSION_TOKEN", found)

    def test_the_apps_own_region_goes_before_the_containers(self) -> None:
        both = {"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-west-2"}
        for region, ours, expected in (
            ("eu-west-1", both, "eu-west-1"),
            ("", both, "us-east-1"),
            ("", {"AWS_DEFAULT_REGION": "us-west-2"}, "us-west-2"),
            ("", {}, None),
        ):
            found = child_environment(ours, region)
            self.assertEqual((found.get("AWS_REGION"), found.get("AWS_DEFAULT_REGION")), (expected, expected))
