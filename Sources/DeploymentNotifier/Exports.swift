// For channels of your own.
@_exported import ChannelKit

// The domain's types for embedding services, so that one import is enough. Names that server
// libraries have too (`Channel`, `HTTPRequest` and similar ones) are left out: the protocol of
// channels is `DeploymentNotifier.Channel`.
@_exported import struct CodeDeployNotifications.AWSFailure
@_exported import struct CodeDeployNotifications.AWSScope
@_exported import struct CodeDeployNotifications.ChannelCatalog
@_exported import struct CodeDeployNotifications.ChannelConfiguration
@_exported import struct CodeDeployNotifications.ChannelDigest
@_exported import struct CodeDeployNotifications.ChannelMemory
@_exported import struct CodeDeployNotifications.ChannelMessage
@_exported import struct CodeDeployNotifications.ChannelPlace
@_exported import struct CodeDeployNotifications.ChannelServices
@_exported import struct CodeDeployNotifications.ChannelSetting
@_exported import struct CodeDeployNotifications.ComputePlatform
@_exported import struct CodeDeployNotifications.ConflictingRecord
@_exported import struct CodeDeployNotifications.DeliveryFailure
@_exported import struct CodeDeployNotifications.Deployment
@_exported import struct CodeDeployNotifications.DeploymentCreator
@_exported import enum CodeDeployNotifications.DeploymentEvent
@_exported import struct CodeDeployNotifications.DeploymentNotification
@_exported import struct CodeDeployNotifications.DeploymentStatus
@_exported import struct CodeDeployNotifications.DigestForm
@_exported import struct CodeDeployNotifications.DocumentProblem
@_exported import struct CodeDeployNotifications.DocumentProblems
@_exported import struct CodeDeployNotifications.HistoryEntry
@_exported import enum CodeDeployNotifications.JSONTree
@_exported import struct CodeDeployNotifications.MentionForm
@_exported import struct CodeDeployNotifications.MessageFact
@_exported import struct CodeDeployNotifications.MessageLink
@_exported import enum CodeDeployNotifications.NotificationState
@_exported import struct CodeDeployNotifications.PollOptions
@_exported import struct CodeDeployNotifications.PollReport
@_exported import struct CodeDeployNotifications.RateAllowance
@_exported import struct CodeDeployNotifications.Registration
@_exported import struct CodeDeployNotifications.Requirement
@_exported import struct CodeDeployNotifications.Revision
@_exported import struct CodeDeployNotifications.RevisionType
@_exported import struct CodeDeployNotifications.Secret
@_exported import struct CodeDeployNotifications.SendingLimit
@_exported import struct CodeDeployNotifications.Setting
@_exported import struct CodeDeployNotifications.SettingProblem
@_exported import struct CodeDeployNotifications.SettingValues
@_exported import enum CodeDeployNotifications.SkipReason
@_exported import struct CodeDeployNotifications.StoreFailure
@_exported import enum CodeDeployNotifications.TextUnit
