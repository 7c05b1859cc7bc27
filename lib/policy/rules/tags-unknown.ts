import type { VerdictRule } from "../facts.ts";
import { keep } from "../verdict.ts";

/** `tags-unknown`: keep, its tags could not be read, and one of them might exempt it or ask to keep it. */
export const tagsUnknown: VerdictRule = ({ tags }) =>
  tags === "unreadable"
    ? keep("tags-unknown", "its tags cannot be read, and one of them might ask to keep it")
    : undefined;
