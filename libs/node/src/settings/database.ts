/** The variables of the database server. */
export const databaseSettings = () => ({})
