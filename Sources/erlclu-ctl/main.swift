import ByteTransport
import ErlcluCommands
import Glibc

StandardDescriptors.fill()
// A global is not taken apart before the process ends: that would cost a twentieth of its start.
let tool = CommandLineTool(.process)
exit(tool.run())
