/** The variables of the resources server. */
export const resourcesSettings = () => ({})
