/** Creates the table of a new database. The examples of the contract refer to it. */
export const starterTable = `
  CREATE TABLE notes (id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY, body text NOT NULL);
  INSERT INTO notes (body) VALUES ('Buy milk'), ('Call Ada'), ('Write a letter')`
