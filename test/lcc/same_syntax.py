"""Fails where two Python files differ in more than comments, docstrings, annotations and layout."""

from __future__ import annotations

import ast
import sys
from pathlib import Path


class Bare(ast.NodeTransformer):
    def visit(self, node: ast.AST) -> ast.AST | None:
        self.generic_visit(node)
        if isinstance(node, ast.AnnAssign):
            return None if node.value is None else ast.Assign([node.target], node.value)
        if isinstance(node, ast.arg):
            node.annotation = None
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Module)) and ast.get_docstring(node, clean=False) is not None:
            node.body[0] = ast.Expr(ast.Constant(""))
        return node


def bare(file_name: str) -> str:
    tree = Bare().visit(ast.parse(Path(file_name).read_text()))
    assert tree is not None
    return ast.dump(tree)


sys.exit(bare(sys.argv[1]) != bare(sys.argv[2]))
