/** The deploy is not started. The message names the wrong field, its value, and what is accepted. */
export class Refused extends Error {
  override readonly name = "Refused";
}
