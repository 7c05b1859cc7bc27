/** What SageMaker gives a Studio domain for an id. */
export const DOMAIN_ID = /^d-(-*[a-z0-9]){1,61}$/;
