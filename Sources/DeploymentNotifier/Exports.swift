// What an embedding service meets of the domain, under the one import. The names that a server has
// already (`Channel`, `HTTPRequest` and their like) are not among it: who writes a channel imports
// `CodeDeployNotifications` too.
@_exported import struct CodeDeployNotifications.AWSFailure
@_exported import struct CodeDeployNotifications.AWSScope
@_exported import struct CodeDeployNotifications.ChannelCatalog
@_exported import struct CodeDeployNotifications.ChannelConfiguration
@_exported import struct CodeDeployNotifications.Deployment
@_exported import enum CodeDeployNotifications.DeploymentEvent
@_exported import struct CodeDeployNotifications.DeploymentStatus
@_exported import struct CodeDeployNotifications.DocumentProblem
@_exported import struct CodeDeployNotifications.DocumentProblems
@_exported import struct CodeDeployNotifications.PollOptions
@_exported import struct CodeDeployNotifications.PollReport
@_exported import struct CodeDeployNotifications.Registration
@_exported import struct CodeDeployNotifications.Revision
@_exported import enum CodeDeployNotifications.SkipReason
@_exported import struct CodeDeployNotifications.StoreFailure
