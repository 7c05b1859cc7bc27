"""Fails where two Python files differ in more than comments, docstrings, annotations, layout and the names that the first one gives."""

from __future__ import annotations

import ast
import builtins
import importlib
import io
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

NAMES = {"id", "attr", "arg", "name"}


class Bare(ast.NodeTransformer):
    """Takes out what only readers and type checkers need."""

    def visit(self, node: ast.AST) -> ast.AST | None:
        self.generic_visit(node)
        if isinstance(node, ast.AnnAssign):
            return None if node.value is None else ast.Assign([node.target], node.value)
        if isinstance(node, ast.arg):
            node.annotation = None
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Module)) and ast.get_docstring(node, clean=False) is not None:
            node.body[:1] = [] if len(node.body) > 1 else [ast.Expr(ast.Constant(""))]
        if isinstance(node, ast.Module):
            node.body = [one for each in node.body for one in plain(each)]
        return node


def plain(statement: ast.stmt) -> list[ast.stmt]:
    """The statement without what is for type checkers; an import of several modules as one each."""
    if isinstance(statement, ast.Import):
        return [ast.Import([alias]) for alias in statement.names]
    for_types = (isinstance(statement, ast.ImportFrom) and statement.module == "__future__") or "TYPE_CHECKING" in ast.dump(statement)
    return [] if for_types else [statement]


def walk(node: Any, field: str = "") -> Iterator[tuple[bool, Any]]:
    """Everything in a tree, in order; True marks a name."""
    if isinstance(node, ast.AST):
        yield False, type(node).__name__
        for name, value in ast.iter_fields(node):
            yield from walk(value, name if not isinstance(node, ast.alias) else "")
    elif isinstance(node, list):
        yield False, len(node)
        for one in node:
            yield from walk(one, field)
    else:
        yield field in NAMES and isinstance(node, str), node


def same(first: str, second: str) -> bool:
    renamed: dict[str, str] = {}
    trees = [list(walk(Bare().visit(ast.parse(Path(file).read_text())))) for file in (first, second)]
    if len(trees[0]) != len(trees[1]):
        return False
    for (is_name, one), (is_name_too, other) in zip(*trees):
        if is_name != is_name_too or (renamed.setdefault(one, other) if is_name else one) != other:
            return False
    shared = {name for name, other in renamed.items() if name != other} & names_of_others(Path(first).read_text())
    return not shared and len(set(renamed.values())) == len(renamed)


def names_of_others(source: str) -> set[str]:
    """Attributes and keyword arguments in use that built-in types and the imported modules have, too: one of these renamed breaks."""
    modules = [importlib.import_module(name) for name in re.findall(r"^import (\w+)$", source, re.MULTILINE)]
    types = [str, bytes, dict, list, set, float, os.path, os.DirEntry, datetime, re.Match, socket.socket, subprocess.Popen, io.FileIO]
    nodes = list(ast.walk(ast.parse(source)))
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)} & set().union(*map(dir, [builtins, *modules, *types]))
    own = {argument.arg for node in nodes if isinstance(node, ast.arguments) for argument in node.args}
    return attributes | ({node.arg for node in nodes if isinstance(node, ast.keyword) and node.arg} - own)


sys.exit(not same(sys.argv[1], sys.argv[2]))
