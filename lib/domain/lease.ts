/** Lambda lets no function run longer, so no term is longer, and what began earlier is over. */
export const LONGEST_INVOCATION_SECONDS = 900;

/** A right that one holder at a time has, for a term that ends by itself where the holder dies. */
export type Lease = {
  /** Takes it for so many seconds. The holder must have ended its work by then, whatever happens. */
  readonly acquire: (termSeconds: number) => Promise<Acquisition>;
};

export type Acquisition =
  | { readonly kind: "acquired"; readonly release: () => Promise<void> }
  /** Another holder has it, until then at the latest. */
  | { readonly kind: "held"; readonly until: Date };
