import { APP_TYPES } from "../domain/app-type.ts";
import { DOMAIN_ID, USUAL_DOMAIN_ID } from "../domain/domain-id.ts";
import type { Policy, PolicyRule } from "./document.ts";
import { isPlainName } from "./globs.ts";
import { isOver, nameOf } from "./resolve.ts";
import { utcMinute } from "./time.ts";
import { coveringRule } from "./unreachable.ts";
import { isCoveredType } from "./watched.ts";

const LIKE_AN_ID = /^d[-_]/i;
const DOMAIN_NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;

/** What is wrong in a policy that parses: names in its rules that nothing can have. In words, each with its field. */
export function mistakesIn({ rules }: Policy): readonly string[] {
  return rules.flatMap(({ match }, i) => [
    ...plainNames(match.appType).flatMap((name) => wrongAppType(`rules[${i}].match.appType`, name)),
    ...plainNames(match.domain).flatMap((name) => wrongDomain(`rules[${i}].match.domain`, name)),
  ]);
}

/** What may be meant, but is more likely a mistake: rules that hold for no app, now or ever. */
export function notesOn(policy: Policy, now: Date): readonly string[] {
  return policy.rules.flatMap((rule, i) => {
    const called = rule.name === undefined ? nameOf(rule, i) : `rule ${i + 1}, ${rule.name},`;
    if (rule.until !== undefined && isOver(rule, now))
      return [`${called} holds no longer, since ${utcMinute(rule.until)}`];
    const covering = coveringRule(policy, i, now);
    return [
      ...(covering === undefined ? [] : [`${called} never holds: ${covering} comes first, and matches the same apps`]),
      ...doubtfulNames(rule).map((what) => `${called} ${what}`),
    ];
  });
}

function doubtfulNames({ match }: PolicyRule): readonly string[] {
  const types = plainNames(match.appType).filter((name) => APP_TYPES.includes(name) && !isCoveredType(name));
  const ids = plainNames(match.domain).filter((name) => LIKE_AN_ID.test(name) && !USUAL_DOMAIN_ID.test(name));
  return [
    ...types.map((name) => `names ${name} apps, which are never stopped`),
    ...ids.map((name) => `takes ${name} for a domain's name: an id is d- and twelve small letters or digits`),
  ];
}

function wrongAppType(field: string, name: string): readonly string[] {
  if (APP_TYPES.includes(name)) return [];
  const meant = APP_TYPES.find((type) => type.toLowerCase() === name.toLowerCase());
  const hint = meant === undefined ? `expected one of ${APP_TYPES.join(", ")}` : `is it ${meant}?`;
  return [`${field}: there is no app type ${JSON.stringify(name)}; ${hint}`];
}

function wrongDomain(field: string, name: string): readonly string[] {
  if (DOMAIN_ID.test(name) || DOMAIN_NAME.test(name)) return [];
  return [
    `${field}: no domain can have the id or the name ${JSON.stringify(name)}; expected an id like d-abcdefghijkl, ` +
      "or a name of letters, digits and hyphens",
  ];
}

function plainNames(globs: { readonly patterns?: readonly string[] } | undefined): readonly string[] {
  return (globs?.patterns ?? []).filter(isPlainName);
}
