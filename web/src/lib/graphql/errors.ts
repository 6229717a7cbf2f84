import type { CombinedError } from "@urql/core";

/** The stable code of a GraphQL error, `NETWORK` when no answer came, `INTERNAL` when it carries none. */
export function errorCode(error: CombinedError): string {
  for (const each of error.graphQLErrors) {
    const code = each.extensions?.code;
    if (typeof code === "string") return code;
  }
  return error.networkError ? "NETWORK" : "INTERNAL";
}

export function hasCode(error: CombinedError, code: string): boolean {
  return error.graphQLErrors.some((each) => each.extensions?.code === code);
}

/** A reason of a mutation to do nothing, as every payload lists them. */
export interface UserError<Code extends string = string> {
  field?: readonly string[] | null;
  message: string;
  code: Code;
}

/**
 * The messages of user errors by the path of their field, joined by dots and without a leading `input`:
 * `["input","ticketTypes","0","name"]` and `["ticketTypes","0","name"]` both become `ticketTypes.0.name`. Those
 * without a field, and those whose field is not among `known`, are under the empty path, for the form as a whole.
 */
export function messagesByField(
  errors: readonly UserError[],
  known?: (path: string) => boolean,
): Record<string, string> {
  const messages: Record<string, string> = {};
  for (const error of errors) {
    const parts = error.field ?? [];
    const path = (parts[0] === "input" ? parts.slice(1) : parts).join(".");
    const place = known && !known(path) ? "" : path;
    messages[place] = messages[place] === undefined ? error.message : `${messages[place]} ${error.message}`;
  }
  return messages;
}
