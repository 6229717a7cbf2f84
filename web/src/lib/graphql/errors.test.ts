import { CombinedError } from "@urql/core";
import { describe, expect, it } from "vitest";
import { errorCode, messagesByField } from "./errors";

describe("errorCode", () => {
  it("finds the code of the first error that has one", () => {
    const error = new CombinedError({
      graphQLErrors: [{ message: "a" }, { message: "b", extensions: { code: "FORBIDDEN" } }],
    });
    expect(errorCode(error)).toBe("FORBIDDEN");
  });

  it("tells a missing answer from an unknown failure", () => {
    expect(errorCode(new CombinedError({ networkError: new Error("offline") }))).toBe("NETWORK");
    expect(errorCode(new CombinedError({ graphQLErrors: ["boom"] }))).toBe("INTERNAL");
  });
});

describe("messagesByField", () => {
  it("names fields by path without the input", () => {
    expect(
      messagesByField([
        { field: ["input", "ticketTypes", "0", "name"], message: "Too long.", code: "INVALID_TICKET_TYPE" },
        { field: ["title"], message: "Needed.", code: "INVALID_INPUT" },
      ]),
    ).toEqual({ "ticketTypes.0.name": "Too long.", title: "Needed." });
  });

  it("gathers what has no place in the form", () => {
    const messages = messagesByField(
      [
        { field: null, message: "No.", code: "A" },
        { field: ["secret"], message: "Neither.", code: "B" },
      ],
      (path) => path === "title",
    );
    expect(messages).toEqual({ "": "No. Neither." });
  });
});
