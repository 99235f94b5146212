from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('procedures', '0010_spreadsheets'),
    ]

    operations = [
        migrations.CreateModel(
            name='NationalCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('started_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('read', models.PositiveIntegerField(default=0)),
                ('changed', models.PositiveIntegerField(default=0)),
                ('trouble', models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name='NationalRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('name', models.CharField(max_length=1000)),
                ('record', models.JSONField()),
                ('sha256', models.CharField(max_length=64)),
                ('changed_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField()),
                ('differs', models.BooleanField(default=False)),
                ('trouble', models.CharField(blank=True, max_length=300)),
                ('gone_at', models.DateTimeField(null=True)),
                ('set_aside', models.CharField(blank=True, max_length=64)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('differs', True)), fields=['-changed_at', '-id'], name='national_differs')],
            },
        ),
    ]
