/** The variables of the prompts server. */
export const promptsSettings = () => ({})
