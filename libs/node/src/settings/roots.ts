/** The variables of the roots server. */
export const rootsSettings = () => ({})
