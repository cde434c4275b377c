import ErlcluCommands
import Glibc

StandardDescriptors.fill()
exit(CommandLineTool(.process).run())
