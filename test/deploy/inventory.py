"""Prints what an account has of the kinds of things that a deploy makes: names by kind, and environments."""

import json
from typing import Any

import boto3


def pages(service: str, operation: str, key: str, **arguments: Any) -> list[Any]:
    """All items of a list that comes in pages."""
    client = boto3.client(service)
    return [item for page in client.get_paginator(operation).paginate(**arguments) for item in page.get(key, [])]


stacks = pages("cloudformation", "list_stacks", "StackSummaries")
functions = pages("lambda", "list_functions", "Functions")
things = {
    "stacks": [stack["StackName"] for stack in stacks if stack["StackStatus"] != "DELETE_COMPLETE"],
    "functions": [function["FunctionName"] for function in functions],
    "roles": [role["RoleName"] for role in pages("iam", "list_roles", "Roles")],
    "policies": [policy["PolicyName"] for policy in pages("iam", "list_policies", "Policies", Scope="Local")],
    "parameters": [parameter["Name"] for parameter in pages("ssm", "describe_parameters", "Parameters")],
    "topics": [topic["TopicArn"] for topic in pages("sns", "list_topics", "Topics")],
    "logGroups": [
        f"{group['logGroupName']} {group.get('retentionInDays')}"
        for group in pages("logs", "describe_log_groups", "logGroups")
    ],
    "dashboards": [entry["DashboardName"] for entry in pages("cloudwatch", "list_dashboards", "DashboardEntries")],
    "buckets": [bucket["Name"] for bucket in boto3.client("s3").list_buckets()["Buckets"]],
}
environments = {
    function["FunctionName"]: function.get("Environment", {}).get("Variables", {}) for function in functions
}
print(json.dumps({**{kind: sorted(names) for kind, names in things.items()}, "environments": environments}))
