package io.bcn.storage;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpConfigurationOption;
import software.amazon.awssdk.http.SdkHttpService;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;
import software.amazon.awssdk.utils.AttributeMap;

/**
 * A client of an S3 store, and the threads that upload parts through it.
 *
 * <p><i>Concurrency</i>: one for each settings and JVM, for as long as the JVM lives. The permits
 * bound how many parts are under way at once, and so the memory of all writers together.
 */
record S3Connection(S3Client client, ExecutorService uploads, Semaphore permits) {
  private static final Map<S3Settings, S3Connection> OPEN = new ConcurrentHashMap<>();

  static S3Connection of(S3Settings settings, String location) {
    return OPEN.computeIfAbsent(settings, wanted -> open(wanted, location));
  }

  private static S3Connection open(S3Settings settings, String location) {
    try {
      int threads = settings.uploadThreads();
      return new S3Connection(
          client(settings), Executors.newCachedThreadPool(daemons()), new Semaphore(threads));
    } catch (SdkClientException e) {
      throw new BcnException(
          ErrorCode.USAGE,
          "Cannot open storage '%s': %s".formatted(location, S3Failure.detail(e)),
          "Set AWS_REGION, or 'spark.bcn.client.region'; operations.md lists the settings.",
          e);
    }
  }

  private static ThreadFactory daemons() {
    return task -> {
      Thread thread = new Thread(task, "bcn-s3-upload");
      thread.setDaemon(true);
      return thread;
    };
  }

  private static S3Client client(S3Settings settings) {
    S3ClientBuilder builder =
        S3Client.builder()
            .region(region(settings))
            .credentialsProvider(credentials(settings))
            .httpClient(http(settings))
            .forcePathStyle(settings.isOn(S3Settings.PATH_STYLE))
            // Not in chunks of an encoding of its own: bodies here are in memory, with a checksum
            // beside them, and not every store reads that encoding.
            .serviceConfiguration(service -> service.chunkedEncodingEnabled(false))
            .overrideConfiguration(overrides(settings));
    settings.endpoint().ifPresent(builder::endpointOverride);
    if (settings.endpoint().isEmpty()) {
      builder.crossRegionAccessEnabled(true);
    }
    return builder.build();
  }

  private static ClientOverrideConfiguration overrides(S3Settings settings) {
    ClientOverrideConfiguration.Builder overrides =
        ClientOverrideConfiguration.builder().retryStrategy(retries(settings));
    if (settings.isOn(S3Settings.REQUESTER_PAYS)) {
      overrides.putHeader("x-amz-request-payer", "requester");
    }
    return overrides.build();
  }

  private static RetryStrategy retries(S3Settings settings) {
    BackoffStrategy growing =
        BackoffStrategy.exponentialDelay(
            settings.millis(S3Settings.RETRY_MIN_WAIT, 200),
            settings.millis(S3Settings.RETRY_MAX_WAIT, 20_000));
    // Without the breaker: it would fail one file for what many others met.
    return AwsRetryStrategy.standardRetryStrategy().toBuilder()
        .maxAttempts(settings.retries() + 1)
        .backoffStrategy(growing)
        .throttlingBackoffStrategy(growing)
        .circuitBreakerEnabled(false)
        .build();
  }

  private static Region region(S3Settings settings) {
    if (settings.value(S3Settings.REGION).isPresent()) {
      return Region.of(settings.value(S3Settings.REGION).get());
    }
    if (settings.endpoint().isPresent() && System.getenv("AWS_REGION") == null) {
      // Another store than AWS: it has none, and a look at the instance's metadata takes seconds.
      return Region.US_EAST_1;
    }
    return DefaultAwsRegionProviderChain.builder().build().getRegion();
  }

  private static AwsCredentialsProvider credentials(S3Settings settings) {
    AwsCredentialsProvider own = ownCredentials(settings);
    return settings
        .value(S3Settings.ROLE)
        .<AwsCredentialsProvider>map(role -> assumed(role, own, settings))
        .orElse(own);
  }

  private static AwsCredentialsProvider ownCredentials(S3Settings settings) {
    if (settings.value(S3Settings.ACCESS_KEY).isEmpty()) {
      DefaultCredentialsProvider.Builder chain = DefaultCredentialsProvider.builder();
      settings.value(S3Settings.PROFILE).ifPresent(chain::profileName);
      return chain.build();
    }
    String id = settings.value(S3Settings.ACCESS_KEY).get();
    String secret = settings.value(S3Settings.SECRET_KEY).orElseThrow();
    return settings
        .value(S3Settings.SESSION_TOKEN)
        .map(
            token ->
                StaticCredentialsProvider.create(AwsSessionCredentials.create(id, secret, token)))
        .orElseGet(() -> StaticCredentialsProvider.create(AwsBasicCredentials.create(id, secret)));
  }

  private static AwsCredentialsProvider assumed(
      String role, AwsCredentialsProvider own, S3Settings settings) {
    StsClient sts =
        StsClient.builder()
            .region(
                settings
                    .value(S3Settings.ROLE_REGION)
                    .map(Region::of)
                    .orElseGet(() -> region(settings)))
            .credentialsProvider(own)
            .httpClient(http(settings))
            .build();
    return StsAssumeRoleCredentialsProvider.builder()
        .stsClient(sts)
        .refreshRequest(
            request ->
                request
                    .roleArn(role)
                    .roleSessionName(settings.value(S3Settings.ROLE_SESSION).orElse("bcn"))
                    .externalId(settings.value(S3Settings.ROLE_EXTERNAL_ID).orElse(null))
                    .durationSeconds(settings.seconds(S3Settings.ROLE_SECONDS, 3600)))
        .build();
  }

  /**
   * Whichever client the class path has: EMR, Iceberg's bundle and Hadoop's differ, and where there
   * are two the SDK would not choose.
   */
  private static SdkHttpClient http(S3Settings settings) {
    AttributeMap options =
        AttributeMap.builder()
            .put(SdkHttpConfigurationOption.MAX_CONNECTIONS, settings.maxConnections())
            .put(
                SdkHttpConfigurationOption.CONNECTION_TIMEOUT,
                settings.millis(S3Settings.CONNECTION_TIMEOUT, 5_000))
            .put(
                SdkHttpConfigurationOption.READ_TIMEOUT,
                settings.millis(S3Settings.SOCKET_TIMEOUT, 30_000))
            .put(SdkHttpConfigurationOption.CONNECTION_ACQUIRE_TIMEOUT, Duration.ofMinutes(5))
            .build();
    return ServiceLoader.load(SdkHttpService.class, SdkHttpService.class.getClassLoader()).stream()
        .min(Comparator.comparingInt(found -> rank(found.type().getName())))
        .orElseThrow(() -> SdkClientException.create("the AWS SDK has no HTTP client"))
        .get()
        .createHttpClientBuilder()
        .buildWithDefaults(options);
  }

  private static int rank(String service) {
    if (service.contains(".apache5.")) {
      return 0;
    }
    return service.contains(".apache.") ? 1 : 2;
  }
}
