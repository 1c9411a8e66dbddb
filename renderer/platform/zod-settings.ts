/** zod would try `new Function` to compile validators; the page's policy forbids that, so it is told before any use. */
import * as z from 'zod'

z.config({ jitless: true })
