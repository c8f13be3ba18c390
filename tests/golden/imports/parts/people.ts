// Made by syncgen from parts/people.sync. Changes made here will be lost.

/** What two others import. */

export type Rank =
  | "low"
  | "high";

/** The names that Rank is known to have. */
export const RankValues = ["low", "high"] as const;

export interface User {
  id: string;
  name: string;
  tags: string[];
  rank: Rank;
}

/** A new User: defaults, and what is nearest to nothing elsewhere. */
export function newUser(fields: Partial<User> = {}): User {
  return { id: "", name: "", tags: [], rank: "high", ...fields };
}

export interface Address {
  street: string;
}

/** A new Address: defaults, and what is nearest to nothing elsewhere. */
export function newAddress(fields: Partial<Address> = {}): Address {
  return { street: "", ...fields };
}

export interface Gone {
  why: string;
}

