import { beforeEach, describe, expect, it, vi } from "vitest";
import { observeServerDate, resetClock, serverNow } from "./clock";

const local = Date.parse("2027-03-01T12:00:00Z");

describe("serverNow", () => {
  beforeEach(() => {
    resetClock();
    vi.useFakeTimers({ now: local });
    return () => vi.useRealTimers();
  });

  it("follows a server that is ahead", () => {
    observeServerDate("Mon, 01 Mar 2027 12:01:30 GMT", local, local + 40);
    expect(serverNow() - local).toBe(90_000 + 500 - 20);
  });

  it("trusts the local clock within the precision of the header", () => {
    observeServerDate("Mon, 01 Mar 2027 12:00:01 GMT", local, local + 40);
    expect(serverNow()).toBe(local);
  });

  it("keeps the sample with the shortest round trip", () => {
    observeServerDate("Mon, 01 Mar 2027 12:01:30 GMT", local, local + 40);
    observeServerDate("Mon, 01 Mar 2027 12:05:00 GMT", local, local + 9000);
    expect(serverNow() - local).toBe(90_480);
  });

  it("ignores what is no date", () => {
    observeServerDate("yesterday", local, local + 1);
    observeServerDate(null, local, local + 1);
    expect(serverNow()).toBe(local);
  });
});
