/** A deploy that we do not start. Its message says which field is wrong, what it is, and what is accepted. */
export class Refused extends Error {
  override readonly name = "Refused";
}
