"""The short-lived child that calls SSM. It imports none of the agent's other modules.

Standard input has the order, one JSON object of `heartbeat` ({Name, Value} or null), `parameters` (the names of those
to read, by what they hold) and `seconds` (after which this process ends); standard output gets the outcome that
publish.py describes.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import re
import signal
import subprocess
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn


def main() -> NoReturn:
    gc.disable()  # the process ends before garbage matters; to collect it takes a sixteenth of the CPU time
    order = json.load(sys.stdin)
    signal.alarm(order["seconds"])
    del sys.path[0]  # the archive: a module of ours must not hide one of the same name that the SDK imports
    print(json.dumps(write(order)), flush=True)
    os._exit(0)  # to take all the SDK's modules down would be an eighth of the CPU time


def write(order: dict[str, Any]) -> dict[str, str]:
    try:
        call = find_ssm(order["seconds"])
        if order["heartbeat"]:
            call("put-parameter", {**order["heartbeat"], "Type": "String", "Tier": "Standard", "Overwrite": True})
    except Exception as error:  # of whatever kind: it is for the log
        return {"code": code_of(error), "error": str(error)}
    return {"code": "", **read(call, order["parameters"])}


def read(call: Callable[[str, dict[str, Any]], Any], parameters: dict[str, str]) -> dict[str, str]:
    """All by one call. A role of a former deploy may not do that, but read the instructions by a call of their own."""
    try:
        found = call("get-parameters", {"Names": [*parameters.values()]})["Parameters"]
        values = {parameter["Name"]: parameter["Value"] for parameter in found}
        return {what: values[name] for what, name in parameters.items() if name in values}
    except Exception as error:
        code = code_of(error)
        errors = {f"{what}Error": code for what in parameters}
    if code != "AccessDeniedException" or "instructions" not in parameters:
        return errors
    del errors["instructionsError"]
    return {**errors, **read_instructions(call, parameters["instructions"])}


def read_instructions(call: Callable[[str, dict[str, Any]], Any], name: str) -> dict[str, str]:
    try:
        return {"instructions": call("get-parameter", {"Name": name})["Parameter"]["Value"]}
    except Exception as error:
        code = code_of(error)
        return {} if code == "ParameterNotFound" else {"instructionsError": code}


def code_of(error: Exception) -> str:
    """The service's own code, which botocore and the AWS CLI both name in their messages; else the error's class."""
    found = re.search(r"\((\w+)\) when calling", str(error))
    return found.group(1) if found else type(error).__name__


def find_ssm(seconds: float) -> Callable[[str, dict[str, Any]], Any]:
    """A way to call SSM: botocore (boto3 on top would only cost time), or the AWS CLI in an image without it."""
    with contextlib.suppress(Exception):  # a partition, or a version of botocore, that only its client knows
        return signed_ssm()
    try:
        return botocore_ssm()
    except Exception as error:  # whatever an image's packages may do to it
        no_botocore = repr(error)

    def call_cli(operation: str, parameters: dict[str, Any]) -> Any:
        try:
            return run_aws_cli(operation, parameters, seconds / 2)
        except OSError as error:
            raise OSError(f"no boto3 ({no_botocore}) and no AWS CLI ({error})") from error

    return call_cli


class Refused(RuntimeError):
    """What the service refuses, in botocore's own words."""


def signed_ssm() -> Callable[[str, dict[str, Any]], Any]:
    """SSM by botocore's credentials, signature and connection alone, in little more than half of its client's CPU time.

    What does not go as expected is left to that client, which also tries again.
    """
    auth, credentials, awsrequest, httpsession, utils = (
        importlib.import_module(f"botocore.{name}")
        for name in ("auth", "credentials", "awsrequest", "httpsession", "utils")
    )
    region, endpoint = os.environ["AWS_REGION"], endpoint_of(os.environ["AWS_REGION"])
    providers = credentials.EnvProvider(), credentials.ContainerProvider()
    found = credentials.CredentialResolver(providers).load_credentials().get_frozen_credentials()
    signature = auth.SigV4Auth(found, "ssm", region)
    verify = os.environ.get("AWS_CA_BUNDLE") or True
    session = httpsession.URLLib3Session(verify=verify, proxies=utils.get_environ_proxies(endpoint), timeout=(5, 5))

    def send(name: str, parameters: dict[str, Any]) -> Any:
        headers = {"X-Amz-Target": f"AmazonSSM.{name}", "Content-Type": "application/x-amz-json-1.1"}
        request = awsrequest.AWSRequest("POST", endpoint, headers, json.dumps(parameters))
        signature.add_auth(request)
        response = session.send(request.prepare())
        answer = json.loads(response.content)
        if response.status_code == 200:
            return answer
        code = answer["__type"].rpartition("#")[2]
        if response.status_code != 400 or "Throttl" in code or not re.fullmatch(r"\w+", code):
            raise ValueError(f"HTTP {response.status_code}")
        message = answer.get("message") or answer.get("Message") or ""
        raise Refused(f"An error occurred ({code}) when calling the {name} operation: {message}")

    def call(operation: str, parameters: dict[str, Any]) -> Any:
        try:
            return send(operation.title().replace("-", ""), parameters)
        except Refused:
            raise
        except Exception:  # of whatever kind
            return botocore_ssm()(operation, parameters)

    return call


def endpoint_of(region: str) -> str:
    """SSM's endpoint, as given or by the region's partition. Raises ValueError for another partition than these two."""
    given = os.environ.get("AWS_ENDPOINT_URL_SSM")
    if given:
        return given.rstrip("/") + "/"
    found = re.fullmatch(r"(af|ap|ca|cn|eu|il|me|mx|sa|us)-[a-z]+-\d", region)
    if not found:
        raise ValueError(f"no known partition: {region}")
    return f"https://ssm.{region}.amazonaws.com{'.cn' if found.group(1) == 'cn' else ''}/"


def botocore_ssm() -> Callable[[str, dict[str, Any]], Any]:
    session = importlib.import_module("botocore.session").Session()
    # Named once more, as botocore before 1.31 does not read the variable.
    client = session.create_client("ssm", endpoint_url=os.environ.get("AWS_ENDPOINT_URL_SSM"))
    return lambda operation, parameters: getattr(client, operation.replace("-", "_"))(**parameters)


def run_aws_cli(operation: str, parameters: dict[str, Any], seconds: float) -> Any:
    command = ["aws", "ssm", operation, "--output", "json", "--cli-input-json", json.dumps(parameters)]
    endpoint = os.environ.get("AWS_ENDPOINT_URL_SSM")
    command += ["--endpoint-url", endpoint] if endpoint else []
    done = subprocess.run(command, capture_output=True, timeout=seconds, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.decode())
    return json.loads(done.stdout)
