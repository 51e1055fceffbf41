/** Whether a test is skipped, instead of failing, if this machine lacks a program of the test. */
export const mayLackServices = process.env['REQUIRE_SERVICES'] !== '1'
