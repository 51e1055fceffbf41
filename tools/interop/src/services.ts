/** Whether tests are skipped whose programs this machine lacks, instead of failing. */
export const mayLackServices = process.env['REQUIRE_SERVICES'] !== '1'
