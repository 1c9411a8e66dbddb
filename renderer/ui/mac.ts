/** Whether shortcuts go by Command, not by Control. */
export const mac = navigator.userAgent.includes('Mac')
