/** The variables of the internet server. */
export const internetSettings = () => ({})
