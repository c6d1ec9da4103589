module "messages" {
  source = "../table"

  name     = "messages"
  stage    = var.stage
  hash_key = "id"
  protect  = var.protect_data

  indexes = {
    stage-created_date-index          = { hash_key = "stage", range_key = "created_date" }
    status-created_date-index         = { hash_key = "status", range_key = "created_date" }
    correlation_id-created_date-index = { hash_key = "correlation_id", range_key = "created_date" }
    # Sparse: only what is not finished has these two.
    due-index = { hash_key = "due_bucket", range_key = "next_due_at" }
  }
}

module "breakers" {
  source = "../table"

  name     = "circuit-breaker"
  stage    = var.stage
  hash_key = "service_name"
  protect  = var.protect_data
}

module "metrics" {
  source = "../table"

  name      = "metrics"
  stage     = var.stage
  hash_key  = "day"
  range_key = "hour"
  protect   = var.protect_data
}

module "idempotency" {
  source = "../table"

  name     = "idempotency"
  stage    = var.stage
  hash_key = "id"
  protect  = var.protect_data
}

module "schedule_rows" {
  source = "../table"

  name     = "schedules"
  stage    = var.stage
  hash_key = "id"
  protect  = var.protect_data

  indexes = {
    status-created_date-index = { hash_key = "status", range_key = "created_date" }
    created_by-index          = { hash_key = "created_by", range_key = "created_date" }
    name-index                = { hash_key = "name" }
  }
}
