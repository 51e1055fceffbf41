/** The variables of the sampling server. */
export const samplingSettings = () => ({})
