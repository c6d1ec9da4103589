mock_provider "aws" {
  source = "./tests/mocks"
}

run "keeps_replaced_packages_for_90_days" {
  command = plan

  assert {
    condition = (
      one(aws_s3_bucket_lifecycle_configuration.artefacts.rule).status == "Enabled"
      && one(one(aws_s3_bucket_lifecycle_configuration.artefacts.rule).noncurrent_version_expiration).noncurrent_days == 90
      && one(one(aws_s3_bucket_lifecycle_configuration.artefacts.rule).abort_incomplete_multipart_upload).days_after_initiation == 7
      && one(one(aws_s3_bucket_lifecycle_configuration.artefacts.rule).expiration).expired_object_delete_marker
    )
    error_message = "replaced packages must be kept 90 days, and incomplete uploads 7 days"
  }

  assert {
    condition = (
      one(aws_s3_bucket_versioning.artefacts.versioning_configuration).status == "Enabled"
      && one(one(aws_s3_bucket_server_side_encryption_configuration.artefacts.rule).apply_server_side_encryption_by_default).sse_algorithm == "AES256"
      && aws_s3_bucket_public_access_block.artefacts.block_public_acls
      && aws_s3_bucket_public_access_block.artefacts.block_public_policy
      && aws_s3_bucket_public_access_block.artefacts.ignore_public_acls
      && aws_s3_bucket_public_access_block.artefacts.restrict_public_buckets
    )
    error_message = "the bucket must be versioned, encrypted and not public"
  }
}
