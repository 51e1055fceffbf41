import { checkClient } from './client-check.ts'

const [, , url = ''] = process.argv
console.log(JSON.stringify(await checkClient(url)))
