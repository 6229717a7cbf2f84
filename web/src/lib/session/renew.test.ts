import { describe, expect, it } from "vitest";
import { liveSession, type Renewal, type RenewalPorts } from "./renew";
import type { Session } from "./session";

const minute = 60_000;

function session(name: string, accessLives: number, refreshLives = 60 * minute): Session {
  return {
    accessToken: `access-${name}`,
    accessTokenExpiresAt: new Date(Date.now() + accessLives).toISOString(),
    refreshToken: `refresh-${name}`,
    refreshTokenExpiresAt: new Date(Date.now() + refreshLives).toISOString(),
    user: { id: "usr_1", name: "Ada", email: "ada@example.com", roles: ["USER"] },
  };
}

/** A browser with any number of tabs: one storage, one lock, a server that honours each refresh token once. */
function browser(initial: Session | null, answer?: Renewal) {
  let stored = initial;
  let queue: Promise<unknown> = Promise.resolve();
  const used: string[] = [];
  const ports: RenewalPorts = {
    read: () => stored,
    write: (next) => {
      stored = next;
    },
    exchange: async (token) => {
      const again = used.includes(token);
      used.push(token);
      if (again) return { kind: "ended" };
      return answer ?? { kind: "renewed", session: session(`new-${used.length}`, 10 * minute) };
    },
    exclusively: (task) => {
      const turn = queue.then(task);
      queue = turn;
      return turn;
    },
  };
  return { ports, used, stored: () => stored };
}

describe("liveSession", () => {
  it("leaves a living token alone", async () => {
    const tab = browser(session("old", 10 * minute));
    expect((await liveSession(tab.ports))?.accessToken).toBe("access-old");
    expect(tab.used).toEqual([]);
  });

  it("renews shortly before the end", async () => {
    const tab = browser(session("old", 10_000));
    expect((await liveSession(tab.ports))?.accessToken).toBe("access-new-1");
    expect(tab.stored()?.refreshToken).toBe("refresh-new-1");
  });

  it("uses a refresh token once however many ask", async () => {
    const tab = browser(session("old", 0));
    const answers = await Promise.all(Array.from({ length: 20 }, () => liveSession(tab.ports)));
    expect(tab.used).toEqual(["refresh-old"]);
    expect(new Set(answers.map((each) => each?.accessToken))).toEqual(new Set(["access-new-1"]));
  });

  it("renews a token that the server refused, once", async () => {
    const tab = browser(session("old", 10 * minute));
    const [first, second] = await Promise.all([
      liveSession(tab.ports, "access-old"),
      liveSession(tab.ports, "access-old"),
    ]);
    expect(first?.accessToken).toBe("access-new-1");
    expect(second?.accessToken).toBe("access-new-1");
    expect(tab.used).toHaveLength(1);
  });

  it("forgets a session that the server ended", async () => {
    const tab = browser(session("old", 0), { kind: "ended" });
    expect(await liveSession(tab.ports)).toBeNull();
    expect(tab.stored()).toBeNull();
  });

  it("forgets a session whose refresh token has run out without asking", async () => {
    const tab = browser(session("old", 0, -minute));
    expect(await liveSession(tab.ports)).toBeNull();
    expect(tab.used).toEqual([]);
  });

  it("keeps the session when the server cannot be reached", async () => {
    const tab = browser(session("old", 0), { kind: "unreachable" });
    expect((await liveSession(tab.ports))?.accessToken).toBe("access-old");
    expect(tab.stored()).not.toBeNull();
  });
});
