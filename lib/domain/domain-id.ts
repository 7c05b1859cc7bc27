/** The form of the id of a Studio domain, as a part of a larger pattern. */
export const DOMAIN_ID_PATTERN = "d-(?:-*[a-z0-9]){1,61}";

/** The id of a Studio domain, as SageMaker forms it. */
export const DOMAIN_ID = new RegExp(`^${DOMAIN_ID_PATTERN}$`);

/** The id as SageMaker makes them. What has another length may well be a domain's name. */
export const USUAL_DOMAIN_ID = /^d-[a-z0-9]{12}$/;
