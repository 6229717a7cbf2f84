import { describe, expect, it } from "vitest";
import { instantToWall, isZone, wallToInstant } from "./zone";

describe("wallToInstant", () => {
  it.each([
    ["winter", "2027-01-15T19:30", "Europe/Berlin", "2027-01-15T18:30:00.000Z"],
    ["summer", "2027-07-15T19:30", "Europe/Berlin", "2027-07-15T17:30:00.000Z"],
    ["half an hour's zone", "2027-07-15T19:30", "Asia/Kolkata", "2027-07-15T14:00:00.000Z"],
    ["skipped by the change to summer", "2027-03-28T02:30", "Europe/Berlin", "2027-03-28T01:30:00.000Z"],
    ["twice at the change to winter", "2027-10-31T02:30", "Europe/Berlin", "2027-10-31T00:30:00.000Z"],
    ["the day of the change", "2027-03-28T20:00", "Europe/Berlin", "2027-03-28T18:00:00.000Z"],
    ["west of Greenwich", "2027-11-07T01:30", "America/New_York", "2027-11-07T05:30:00.000Z"],
  ])("%s", (_name, wall, zone, instant) => {
    expect(wallToInstant(wall, zone)).toBe(instant);
  });

  it("refuses what it cannot read", () => {
    expect(wallToInstant("tomorrow", "Europe/Berlin")).toBeNull();
    expect(wallToInstant("2027-01-15T19:30", "Europe/Atlantis")).toBeNull();
    expect(isZone("")).toBe(false);
  });
});

describe("instantToWall", () => {
  it("is the way back", () => {
    for (const wall of ["2027-01-15T19:30", "2027-07-15T00:05"]) {
      const instant = wallToInstant(wall, "America/Sao_Paulo");
      expect(instantToWall(instant ?? "", "America/Sao_Paulo")).toBe(wall);
    }
  });
});
