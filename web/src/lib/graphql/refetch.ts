import { type Exchange, makeOperation, type Operation } from "@urql/core";
import { filter, makeSubject, merge, pipe, tap } from "wonka";

/**
 * Asks all queries that are on the screen again when `onMissed` calls: the subscriptions were cut for a while, and
 * what they would have told is found out by asking. The old data stays visible meanwhile.
 */
export function refetchExchange(onMissed: (listener: () => void) => () => void): Exchange {
  return ({ forward }) => {
    const active = new Map<number, Operation>();
    const again = makeSubject<Operation>();
    onMissed(() => {
      for (const operation of active.values()) {
        again.next(
          makeOperation("query", operation, { ...operation.context, requestPolicy: "network-only" }),
        );
      }
    });
    return (operations$) => {
      const watched$ = pipe(
        operations$,
        tap((operation) => {
          if (operation.kind === "query") active.set(operation.key, operation);
          else if (operation.kind === "teardown") active.delete(operation.key);
        }),
      );
      return pipe(
        merge([watched$, again.source]),
        filter((operation) => operation.kind !== "query" || active.has(operation.key)),
        forward,
      );
    };
  };
}
